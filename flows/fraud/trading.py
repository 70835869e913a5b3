"""Market abuse in crypto trading: wash trades."""

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from blocks.asset_store import Asset
from blocks.source import SourceUri
from blocks.warehouse import Rows
from flows.form import in_declared_order
from models.market_abuse.finding import Finding, Kind
from models.market_abuse.wash.rules import WashRules
from tasks.market_abuse.detect import judge_trades
from tasks.market_abuse.judged_by import JudgedBy
from tasks.market_abuse.load import load_trades
from tasks.market_abuse.provenance import provenance_of
from tasks.market_abuse.publish import publish_artifacts, publish_files, publish_rows
from tasks.market_abuse.trading import Subject
from tasks.provenance import Provenance
from tasks.run import run_id

SHOWN_FINDINGS = 500


class TradingAnalysisRequest(BaseModel):
    """Trading to look at."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    trades_uri: SourceUri = Field(
        description="CSV or parquet of trades: time, price, amount and, where known, side, buyer, seller, trade_id, "
        "symbol; or Binance's trades and aggregated trades, or ccxt's. Up to 512 MiB and 2,000,000 trades.",
        examples=["asset://uploads/3f2a/trades.parquet"],
    )
    wash: WashRules = Field(WashRules(), description="Parameters of the search for wash trades, all of them bounded.")


class TradingAnalysis(BaseModel):
    """What was found, and how it came about."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    run_id: str = Field(description="The flow run.")
    request: TradingAnalysisRequest
    subject: Subject = Field(description="What was given.")
    records: int = Field(description="How many trades, order events or accounts were read.")
    findings: list[Finding] = Field(description="The surest first; at most 500, all are in findings.parquet.")
    counts: dict[Kind, int] = Field(description="Findings by kind.")
    judged_by: list[JudgedBy] = Field(description="Which detectors were applied, and why others were not.")
    assets: list[Asset]
    rows: list[Rows]
    provenance: Provenance
    warnings: list[str]


@flow(
    name="analyze-trading",
    description="Find wash trades in a file of trades, with the evidence and the reasons.",
    persist_result=True,
    result_serializer="json",
)
def analyze_trading(request: TradingAnalysisRequest) -> TradingAnalysis:
    """Findings with evidence and reasons.

    Raises `MarketFileError` for a file that can't be right, `BlockError` when a uri can't be read or a store is away.
    """
    trading = load_trades(request.trades_uri)
    assessment = judge_trades(trading, request.wash)
    assets = publish_files(trading, assessment)
    rows = publish_rows(assessment)
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
        assets=assets,
        rows=rows,
        provenance=provenance_of(request, trading, assessment),
        warnings=warnings,
    )
