"""What an analysis found, ready to be published: the score or why there is none, source by source."""

from dataclasses import dataclass

from pydantic import Field

from tasks.sentiment.collection import Collection
from tasks.sentiment.reading import Reading
from tasks.sentiment.sifting import Dropped, Sifted
from tasks.sentiment.source import SourceOutcome

SHOWN = 3  # troubles told in a sentence; the sources tell all of them


class SourceReport(SourceOutcome):
    """How reading a source went, and what its posts say."""

    counted: int = Field(0, description="Posts that count.")
    weight: float = Field(0.0, description="Their share of the whole weight.")
    score: float | None = Field(None, description="Their weighted mean in [-1, 1]; null: none counts.")
    links: list[str] = Field([], description="Addresses of its posts that weigh the most, at most ten.")


@dataclass(frozen=True)
class Finding:
    """Posts, what was left out, and what the rest says."""

    symbol: str
    collection: Collection
    sifted: Sifted
    reading: Reading

    @property
    def score(self) -> float | None:
        """The score in [-1, 1]; None: no number."""
        return self.reading.together.score

    @property
    def volume(self) -> dict[str, int]:
        """Posts that count, by source; sources that were read and gave none are 0."""
        return {report.source: report.counted for report in self.sources if report.status == "ok"}

    @property
    def sources(self) -> list[SourceReport]:
        """Every source."""
        shares = self.reading.together.sources
        reports = []
        for outcome in self.collection.outcomes:
            share = shares.get(outcome.source)
            found = {"counted": share.posts, "weight": share.weight, "score": share.score} if share else {}
            links = self.reading.links.get(outcome.source, [])
            reports.append(SourceReport(**outcome.model_dump(), **found, links=links))
        return reports

    @property
    def dropped(self) -> list[Dropped]:
        """Why posts were left out."""
        return self.sifted.dropped

    @property
    def reason(self) -> str | None:
        """Why there is no number, in a sentence; None where there is one."""
        if self.score is not None:
            return None
        read = [outcome for outcome in self.collection.outcomes if outcome.status == "ok"]
        if not read:
            return "No number: no source could be read. " + self._troubles()
        left_out = sum(dropped.posts for dropped in self.dropped)
        return (
            f"No number: {self.reading.together.reason}; {len(self.collection.posts)} posts were found, "
            f"{left_out} of them left out."
        )

    def warnings(self, languages: tuple[str, ...]) -> list[str]:
        """What a reader should know before relying on it."""
        warnings = [] if self.reason is None else [self.reason]
        failed = [outcome for outcome in self.collection.outcomes if outcome.status == "failed"]
        if failed and self.reason is None:
            warnings.append("Not all sources could be read: " + self._troubles())
        if self.score is not None and self.reading.together.effective_posts < 10:
            warnings.append(
                f"Few posts: they say as much as {self.reading.together.effective_posts:.1f} of equal weight."
            )
        if self.score is not None and self.reading.origin != "transformer":
            if set(languages) != {"en"}:
                warnings.append("The classifier was trained on English posts; others it reads by their figures alone.")
            if self.reading.origin == "shipped":
                warnings.append("The classifier that comes with the code was trained on posts about stocks, mostly.")
        return warnings

    def _troubles(self) -> str:
        told = [
            f"{outcome.source} {outcome.status} ({(outcome.reason or '').rstrip('.')})"
            for outcome in self.collection.outcomes
            if outcome.status != "ok"
        ]
        more = f"; and {len(told) - SHOWN} more" if len(told) > SHOWN else ""
        return "; ".join(told[:SHOWN]) + more
