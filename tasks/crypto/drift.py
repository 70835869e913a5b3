"""Whether forecasts still hold: rolling coverage of what was scored, and features against those of the training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, ConfigDict, Field

from blocks.candle_store import candle_source
from blocks.exchange import MarketDataError
from blocks.warehouse import Warehouse
from tasks.crypto.forecasters import Chosen, ModelFacts, ModelName, choose_forecaster
from tasks.crypto.market import read_candles

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from blocks.exchange import Candles
    from models.forecasting import PriceSeries
    from models.forecasting.network.card import NetworkCard

# Beyond these an interval no longer keeps its promise: eight points about 80 %, as tasks.crypto.forecast warns.
BOUNDS_80: Final = (0.72, 0.88)
BOUNDS_95: Final = (0.89, 0.99)
# Candles that features are looked at over. Volatility moves slowly: over 720 hours of one coin a feature reaches a PSI
# of 0.25 in nine of ten windows of 2023 to 2025 without anything being wrong; over 2160 of five coins in one of thirty.
NEWEST: Final = 2160
WARM_UP: Final = 600  # candles before them, for slow averages to settle
FEWEST_CANDLES: Final = 1200


class CoverageDrift(BaseModel):
    """How often one model's intervals held lately."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    model: str = Field(description="The model.")
    timeframe: str = Field(description="Length of a step.")
    steps: int = Field(description="Outcomes in the window.")
    coverage_80: float = Field(description="Share of them inside the 80 % interval.")
    coverage_95: float = Field(description="Share of them inside the 95 % interval.")
    drifted: bool = Field(description="Whether a share lies outside 72 to 88 % or 89 to 99 %.")
    judged: bool = Field(description="Whether there were enough outcomes to tell.")


class FeatureDrift(BaseModel):
    """How far one feature is from the training data, over all coins together."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    model: str = Field(description="The network.")
    feature: str = Field(description="The feature.")
    psi: float = Field(description="Population stability index over the newest candles; 0 is no change.")
    coins: int = Field(description="Coins whose candles it was measured over.")
    drifted: bool = Field(description="Whether it reaches 0.25.")


@dataclass(frozen=True, eq=False)
class SeenFeatures:
    """Drift of features, of which model, from which candles, and what could not be looked at."""

    facts: ModelFacts
    source: str
    features: list[FeatureDrift] = field(default_factory=list)
    window: str | None = None
    digests: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


@task(
    name="measure-features",
    description="The newest candles' features against those of the training data, on the network's card.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def measure_features(
    model: ModelName, symbols: Sequence[str], quote: str, timeframe: str, exchange: str
) -> SeenFeatures:
    """Population stability of every feature, over all coins together.

    A coin without candles, or a model without training, is told. Raises `ModelAbsent`, `ModelRegistryError`,
    `WarehouseError` where it looks at sentiment.
    """
    chosen = choose_forecaster(model)
    seen = SeenFeatures(chosen.facts, exchange)
    if not chosen.networks:
        seen.warnings.append(f"{chosen.facts.name} was not trained: it has no features that could drift.")
        return seen
    found: dict[str, Candles] = {}
    for symbol in symbols:
        try:
            candles = read_candles(
                candle_source(exchange), symbol, quote=quote, timeframe=timeframe, count=NEWEST + WARM_UP
            )
        except MarketDataError as error:
            seen.warnings.append(f"Features of {symbol} were not looked at: {error}")
            continue
        if len(candles) < FEWEST_CANDLES:
            seen.warnings.append(f"Features of {symbol} were not looked at: {len(candles)} candles are too few.")
            continue
        found[symbol] = candles
    return _compared(chosen, found, seen)


def _compared(chosen: Chosen, found: "dict[str, Candles]", seen: SeenFeatures) -> SeenFeatures:
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.forecasting.drift import DRIFTED, stability_index  # noqa: PLC0415
    from tasks.crypto.beside_sentiment import beside_sentiment  # noqa: PLC0415
    from tasks.crypto.reference import REFERENCE  # noqa: PLC0415
    from tasks.crypto.series import price_series  # noqa: PLC0415

    series = {
        symbol: price_series(candles, found.get(REFERENCE) if symbol != REFERENCE else None)
        for symbol, candles in found.items()
    }
    if chosen.looks_at_sentiment:
        series = beside_sentiment(series)
    for network in chosen.networks:
        for name, values in _values(network.card, series).items():
            psi = stability_index(network.card.histograms[name], np.concatenate(values))
            drifted = psi >= DRIFTED
            seen.features.append(
                FeatureDrift(model=network.name, feature=name, psi=psi, coins=len(values), drifted=drifted)
            )
    if not found:
        return seen
    start, end = min(one.start for one in found.values()), max(one.end for one in found.values())
    return replace(
        seen,
        window=f"{start:%Y-%m-%dT%H:%M:%SZ}/{end:%Y-%m-%dT%H:%M:%SZ}",
        digests={symbol: candles.digest for symbol, candles in found.items()},
    )


def _values(card: "NetworkCard", series: "Mapping[str, PriceSeries]") -> "dict[str, list[NDArray[np.float32]]]":
    """The newest values of each feature that can drift, by coin; of the reference only where there is one."""
    from models.forecasting.drift import STANDING  # noqa: PLC0415 - numpy where it is used
    from models.forecasting.network.features import features  # noqa: PLC0415

    names = tuple(name for name in card.features if name in card.histograms and not name.startswith(STANDING))
    found: dict[str, list[NDArray[np.float32]]] = {}
    for one in series.values():
        newest = features(one, names)[-NEWEST:]
        for column, name in enumerate(names):
            if not name.startswith("reference") or one.reference is not None:
                found.setdefault(name, []).append(newest[:, column])
    return found


@task(
    name="measure-coverage",
    description="How often the intervals of each model held lately, from the scores.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def measure_coverage(until: datetime, days: int, fewest: int) -> list[CoverageDrift]:
    """One entry a model and timeframe, by name; judged from `fewest` outcomes on. Raises `WarehouseError`."""
    from sqlalchemy import func, select  # noqa: PLC0415 - SQLAlchemy where it is used

    from blocks.warehouse.tables import forecast_scores  # noqa: PLC0415

    table = forecast_scores.c
    query = (
        select(
            table.model,
            table.timeframe,
            func.count().label("steps"),
            func.avg(1.0 * table.inside_80).label("coverage_80"),
            func.avg(1.0 * table.inside_95).label("coverage_95"),
        )
        .where(table.target_time > until - timedelta(days=days), table.target_time <= until)
        .where(table.actual.is_not(None))
        .group_by(table.model, table.timeframe)
        .order_by(table.model, table.timeframe)
    )
    found = []
    for row in Warehouse.default().read(query):
        held = {name: float(row[name]) for name in ("coverage_80", "coverage_95")}
        judged = row["steps"] >= fewest
        outside = not (_within(held["coverage_80"], BOUNDS_80) and _within(held["coverage_95"], BOUNDS_95))
        found.append(CoverageDrift(**{**row, **held}, judged=judged, drifted=judged and outside))
    return found


def _within(share: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= share <= bounds[1]
