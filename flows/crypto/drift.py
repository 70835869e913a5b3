"""The watch over forecasts: do their intervals still hold, does the market still look like the training data."""

from datetime import UTC, datetime

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed
from pydantic import BaseModel, ConfigDict, Field

from blocks.asset_store import Asset
from blocks.exchange import Timeframe
from blocks.warehouse import Rows
from flows.form import in_declared_order
from tasks.crypto.drift import CoverageDrift, FeatureDrift, measure_coverage, measure_features
from tasks.crypto.drift_report import DRIFTED, alarms, drift_provenance, drift_warnings, raise_alarm, show_drift
from tasks.crypto.forecasters import ModelName
from tasks.provenance import Provenance
from tasks.run import run_id


class ForecastWatchRequest(BaseModel):
    """What to look at."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    days: int = Field(14, ge=1, le=180, description="Days of scored outcomes to judge coverage by.", examples=[14])
    fewest: int = Field(
        200, ge=20, le=100_000, description="Outcomes below which a model's coverage is not judged.", examples=[200]
    )
    model: ModelName = Field("auto", description="Whose training data features are compared with.", examples=["auto"])
    symbols: tuple[str, ...] = Field(
        ("BTC", "ETH", "SOL", "BNB", "XRP"),
        max_length=50,
        description="Coins whose features are looked at, together; fewer than five make false alarms likely.",
        examples=[["BTC", "ETH", "SOL", "BNB", "XRP"]],
    )
    quote: str = Field("USDT", pattern="^[A-Z0-9]{1,20}$", description="What prices are given in.", examples=["USDT"])
    timeframe: Timeframe = Field("1h", description="Length of their candles.", examples=["1h"])
    exchange: str = Field("binance", pattern="^[a-z0-9]{2,40}$", description="Exchange in ccxt.", examples=["binance"])


class ForecastWatch(BaseModel):
    """What was found."""

    model_config = ConfigDict(frozen=True)

    run_id: str = Field(description="The flow run.")
    request: ForecastWatchRequest = Field(description="What was asked for.")
    drifted: bool = Field(description="Whether anything left its bounds; then the run ends as Drifted.")
    alarms: list[str] = Field(description="What left its bounds, in words.")
    coverage: list[CoverageDrift] = Field(description="Rolling coverage, by model and timeframe.")
    features: list[FeatureDrift] = Field(description="Population stability of each feature, over all coins together.")
    assets: list[Asset] = Field([], description="The watch leaves no files.")
    rows: list[Rows] = Field([], description="The watch publishes no rows.")
    provenance: Provenance = Field(description="Enough to make it again.")
    warnings: list[str] = Field(description="What could not be looked at, and why.")


@flow(
    name="watch-forecasts",
    description="Raises an alarm when intervals no longer hold or the market no longer looks like the training data.",
    persist_result=True,
    result_serializer="json",
)
def watch_forecasts(request: ForecastWatchRequest) -> ForecastWatch | State[ForecastWatch]:
    """Scores -> rolling coverage; candles -> features against the training's. Raises `WarehouseError`.

    With an alarm the run is Completed under the name Drifted and sends the event forecast.drifted, which an automation
    can act on; called from Python it returns the same result either way.
    """
    now = datetime.now(UTC)
    coverage = measure_coverage(now, request.days, request.fewest)
    seen = measure_features(request.model, request.symbols, request.quote, request.timeframe, request.exchange)
    found = alarms(coverage, seen.features)
    watch = ForecastWatch(
        run_id=run_id(),
        request=request,
        drifted=bool(found),
        alarms=found,
        coverage=coverage,
        features=seen.features,
        provenance=drift_provenance(request, seen),
        warnings=drift_warnings(coverage, seen, request.fewest),
    )
    show_drift(coverage, seen.features, found, watch.warnings)
    if not found:
        return watch
    raise_alarm(found, coverage, seen.features)
    return Completed(name=DRIFTED, message="; ".join(found), data=watch)
