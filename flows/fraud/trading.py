"""Market abuse in crypto trading: wash trades, pumps and dumps, spoofing and layering, risky accounts on chain."""

from typing import Self

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field, model_validator

from blocks.asset_store import Asset
from blocks.source import SourceUri
from blocks.warehouse import Rows
from flows.form import in_declared_order
from models.market_abuse.finding import Finding, Kind
from models.market_abuse.spoofing.rules import SpoofingRules
from models.market_abuse.wash.rules import WashRules
from tasks.market_abuse.alerts import raise_market_alerts
from tasks.market_abuse.assessment import Assessment
from tasks.market_abuse.detect import judge_accounts, judge_market, judge_order_book, judge_trades
from tasks.market_abuse.judged_by import JudgedBy
from tasks.market_abuse.load import load_accounts, load_market, load_order_book, load_trades
from tasks.market_abuse.provenance import provenance_of
from tasks.market_abuse.publish import publish_artifacts, publish_files, publish_rows
from tasks.market_abuse.trading import Subject, Trading
from tasks.provenance import Provenance
from tasks.run import run_id

SHOWN_FINDINGS = 500
SOURCES = ("trades_uri", "order_book_uri", "accounts_uri", "market")
ASSET_PATTERN = "^[A-Za-z0-9]{1,20}$"


class PublicMarket(BaseModel):
    """A market of an exchange: its candles are public, its accounts are not."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    symbol: str = Field(pattern=ASSET_PATTERN, description="The coin.", examples=["XRP"])
    quote: str = Field("USDT", pattern=ASSET_PATTERN, description="What it is traded for.", examples=["USDT"])
    exchange: str = Field(
        "binance", pattern="^[a-z0-9]{2,40}$", description="The exchange, by its name in ccxt.", examples=["binance"]
    )
    hours: int = Field(
        720, ge=72, le=8760, description="How many of the newest hours to look at, 72 to 8,760.", examples=[720]
    )


class TradingAnalysisRequest(BaseModel):
    """Trading to look at: exactly one of `trades_uri`, `order_book_uri`, `accounts_uri` and `market`."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    trades_uri: SourceUri | None = Field(
        None,
        description="CSV or parquet of trades: time, price, amount and, where known, side, buyer, seller, trade_id, "
        "symbol; or Binance's trades and aggregated trades, or ccxt's. Up to 512 MiB and 2,000,000 trades.",
        examples=["asset://uploads/3f2a/trades.parquet"],
    )
    order_book_uri: SourceUri | None = Field(
        None,
        description="CSV or parquet of a market's order events: time, action (place, cancel, fill), order_id, account, "
        "side, price, amount. Up to 512 MiB and 2,000,000 events.",
        examples=["asset://uploads/3f2a/events.csv"],
    )
    accounts_uri: SourceUri | None = Field(
        None,
        description="CSV or parquet of Ethereum accounts in the columns of the public fraud data set, with Address if "
        "known. Up to 200,000 accounts.",
        examples=["asset://uploads/3f2a/accounts.csv"],
    )
    market: PublicMarket | None = Field(None, description="A market of an exchange, looked at for pumps by the hour.")
    wash: WashRules = Field(WashRules(), description="Parameters of the search for wash trades, all of them bounded.")
    spoofing: SpoofingRules = Field(
        SpoofingRules(), description="Parameters of the search for spoofing and layering, all of them bounded."
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [name for name in SOURCES if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                f"give exactly one of {', '.join(SOURCES)}; "
                + (f"given are {' and '.join(given)}" if given else "none is given")
            )
        return self


class TradingAnalysis(BaseModel):
    """What was found, and how it came about."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    run_id: str = Field(description="The flow run.")
    request: TradingAnalysisRequest
    subject: Subject = Field(description="What was given.")
    records: int = Field(description="How many trades, order events, accounts or candles were read.")
    findings: list[Finding] = Field(description="The surest first; at most 500, all are in findings.parquet.")
    counts: dict[Kind, int] = Field(description="Findings by kind.")
    judged_by: list[JudgedBy] = Field(description="Which detectors were applied, and why others were not.")
    alerts: list[str] = Field([], description="Alerts that findings raised or added to; /api/v1/fraud/alerts has them.")
    assets: list[Asset]
    rows: list[Rows]
    provenance: Provenance
    warnings: list[str]


@flow(
    name="analyze-trading",
    description="Find wash trades, pumps and dumps, spoofing and layering, risky accounts; say why.",
    persist_result=True,
    result_serializer="json",
)
def analyze_trading(request: TradingAnalysisRequest) -> TradingAnalysis:
    """Findings with evidence and reasons.

    Raises `MarketFileError` for a file that can't be right, `MarketDataError` where an exchange gives no candles,
    `BlockError` when a uri can't be read or a store is away.
    """
    trading, assessment = _judged(request)
    assets = publish_files(trading, assessment)
    rows = publish_rows(assessment)
    alerts = raise_market_alerts(trading, assessment)
    warnings = [*trading.warnings, *assessment.warnings]
    publish_artifacts(trading, assessment, assets, warnings)
    return TradingAnalysis(
        run_id=run_id(),
        request=request,
        subject=trading.subject,
        records=len(trading),
        findings=assessment.findings[:SHOWN_FINDINGS],
        counts=assessment.counts(),
        judged_by=assessment.judged_by,
        alerts=alerts,
        assets=assets,
        rows=rows,
        provenance=provenance_of(request, trading, assessment),
        warnings=warnings,
    )


def _judged(request: TradingAnalysisRequest) -> tuple[Trading, Assessment]:
    """What was given, and what its detectors found."""
    if request.trades_uri is not None:
        trading = load_trades(request.trades_uri)
        return trading, judge_trades(trading, request.wash)
    if request.order_book_uri is not None:
        trading = load_order_book(request.order_book_uri)
        return trading, judge_order_book(trading, request.spoofing)
    if request.accounts_uri is not None:
        trading = load_accounts(request.accounts_uri)
        return trading, judge_accounts(trading)
    asked = request.market
    assert asked is not None  # noqa: S101 - the request has exactly one source
    trading = load_market(asked.symbol, asked.quote, asked.exchange, asked.hours)
    return trading, judge_market(trading)
