"""What people say about a coin."""

from datetime import UTC, datetime
from typing import Annotated

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field, field_validator

from blocks.asset_store import Asset
from blocks.warehouse import Rows
from flows.form import in_declared_order
from models.sentiment.coins import coin
from models.sentiment.label import Label
from models.sentiment.language import LANGUAGES
from tasks.provenance import Provenance
from tasks.run import run_id
from tasks.sentiment.classifier import ModelName
from tasks.sentiment.collection import collect_posts
from tasks.sentiment.finding import Finding, SourceReport
from tasks.sentiment.publication import publish_artifacts, publish_files, publish_rows, sentiment_provenance
from tasks.sentiment.reading import ReadPost, read_posts
from tasks.sentiment.sifting import Dropped, sift_posts
from tasks.sentiment.source import SourceName

SEED = 0


class SentimentRequest(BaseModel):
    """A coin, and where and how far back to read about it."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=(), json_schema_extra=in_declared_order)

    symbol: str = Field(
        "BTC", pattern="^[A-Za-z0-9]{1,20}$", description="The coin that posts are about.", examples=["BTC", "ETH"]
    )
    hours: int = Field(
        24,
        ge=1,
        le=168,
        description="How many hours back to read; a post loses half its weight in half of them.",
        examples=[24],
    )
    sources: tuple[SourceName, ...] = Field(
        ("reddit", "x", "news"),
        min_length=1,
        max_length=3,
        description="Where to read. Reddit and news need no credentials; X is skipped without a token.",
        examples=[["reddit", "news"]],
    )
    languages: tuple[Annotated[str, Field(pattern="^[a-z]{2}$")], ...] = Field(
        ("en",),
        min_length=1,
        max_length=5,
        description="Languages of posts that count, ISO 639-1. The classifier that comes with the code reads English.",
        examples=[["en"]],
    )
    posts: int = Field(200, ge=10, le=500, description="Most posts to take from one source.", examples=[200])
    model: ModelName = Field(
        "default",
        description="What reads the posts: `default` (the champion, else the shipped classifier), `shipped`, or "
        "`finbert` and `cryptobert` where their weights are on this machine.",
        examples=["default"],
    )

    @field_validator("symbol")
    @classmethod
    def _upper(cls, symbol: str) -> str:
        return symbol.upper()

    @field_validator("sources")
    @classmethod
    def _each_once(cls, sources: tuple[SourceName, ...]) -> tuple[SourceName, ...]:
        return tuple(dict.fromkeys(sources))

    @field_validator("languages")
    @classmethod
    def _known(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [language for language in languages if language not in LANGUAGES]:
            raise ValueError(f"{', '.join(unknown)}: not among the languages told apart, {', '.join(LANGUAGES)}")
        return tuple(dict.fromkeys(languages))


class SentimentAnalysis(BaseModel):
    """What posts say about a coin, how sure that is, and where it comes from."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    run_id: str = Field(description="The flow run that made it.")
    request: SentimentRequest = Field(description="What was asked for.")
    symbol: str = Field(description="The coin.")
    computed_at: datetime = Field(description="When the sources were read, UTC.")
    window: str = Field(description="Time of the posts, ISO 8601 interval.")
    score: float | None = Field(description="-1 (bearish) to 1 (bullish); null: no number, and `reason` says why.")
    lower: float | None = Field(description="Lower end of its 95 % confidence interval.")
    upper: float | None = Field(description="Upper end.")
    reason: str | None = Field(description="Why there is no number; null when there is one.")
    posts: int = Field(description="Posts that count.")
    voices: int = Field(description="Authors and papers that they are from.")
    effective_posts: float = Field(description="Posts of equal weight that would say as much.")
    labels: dict[Label, int] = Field(description="Posts by what they were taken to say.")
    volume: dict[str, int] = Field(description="Posts that count, by source.")
    sources: list[SourceReport] = Field(description="Every source: how reading it went, its score, links to its posts.")
    dropped: list[Dropped] = Field(description="Posts left out, by rule.")
    top_posts: list[ReadPost] = Field(description="The posts that weigh the most. Their texts are strangers'.")
    model: str = Field(description="The classifier.")
    model_version: str = Field(description="Its version.")
    assets: list[Asset] = Field(description="History as a picture, the weightiest posts as CSV, all posts as JSON.")
    rows: list[Rows] = Field(description="Rows in the warehouse; none without a number.")
    provenance: Provenance = Field(description="Enough to make it again.")
    warnings: list[str] = Field(description="What a reader should know before relying on it.")


@flow(
    name="analyse-sentiment",
    description="Reads what Reddit, X and the news say about a coin, and puts it together with a confidence interval.",
    persist_result=True,
    result_serializer="json",
)
def analyse_sentiment(request: SentimentRequest) -> SentimentAnalysis:
    """Sources -> posts that count -> score with interval -> row, files and artifacts.

    A source that fails hides no other; where too few posts are left there is no number, and `reason` says why. Raises
    `BlockError` when the asset store or the warehouse is away, `WeightsMissingError` for a transformer not here.
    """
    subject = coin(request.symbol)
    collection = collect_posts(
        subject,
        hours=request.hours,
        sources=request.sources,
        languages=request.languages,
        limit=request.posts,
        now=datetime.now(UTC),
    )
    sifted = sift_posts(collection.posts, subject, request.languages)
    reading = read_posts(
        sifted.posts, model=request.model, now=collection.end, half_life_hours=request.hours / 2, seed=SEED
    )
    finding = Finding(request.symbol, collection, sifted, reading)
    warnings = finding.warnings(request.languages)
    rows = publish_rows(finding)
    assets = publish_files(finding)
    publish_artifacts(finding, assets, warnings)
    return SentimentAnalysis(
        run_id=run_id(),
        request=request,
        symbol=request.symbol,
        computed_at=collection.end,
        window=collection.window,
        reason=finding.reason,
        **reading.together.model_dump(include={"score", "lower", "upper", "posts", "voices", "effective_posts"}),
        labels=reading.labels,
        volume=finding.volume,
        sources=finding.sources,
        dropped=finding.dropped,
        top_posts=reading.top_posts,
        model=reading.model,
        model_version=reading.model_version,
        assets=assets,
        rows=[rows],
        provenance=sentiment_provenance(request, finding, SEED),
        warnings=warnings,
    )
