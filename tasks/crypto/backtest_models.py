"""The models that a backtest walks forward: none of them may have seen what it is judged by."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from prefect import task
from prefect.cache_policies import NO_CACHE

from models.forecasting import ForecastingError
from tasks.crypto.beside_sentiment import beside_sentiment
from tasks.crypto.candle_file import CandleFile
from tasks.crypto.forecasters import Chosen, Fixed, Kind, choose_forecaster, kinds_of, of_networks
from tasks.crypto.training import trained_networks
from tasks.crypto.training_candles import TooFewCandles, of_file

if TYPE_CHECKING:
    from models.forecasting.network.forecaster import NetworkForecaster


@task(
    name="choose-models",
    description="The models to walk forward; networks that have seen the time asked for are trained anew without it.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def models_for_backtest(
    file: CandleFile, *, models: Sequence[Fixed], start: datetime | None, horizon: int, train_anew: bool
) -> dict[Fixed, Chosen]:
    """Each model asked for. Networks trained later than `horizon` steps before `start` are trained anew until then.

    Raises `TooFewCandles` where the file has too little before that to train on, `ModelAbsent`, `ModelRegistryError`.
    """
    chosen = {name: choose_forecaster(name) for name in models}
    if start is None or not train_anew:
        return chosen
    known_until = start - horizon * next(iter(file.candles.values())).step
    late = [name for name, one in chosen.items() if one.facts.trained_until and one.facts.trained_until > known_until]
    kinds = tuple(dict.fromkeys(kind for name in late for kind in kinds_of(name)))
    if kinds:
        sentiment = any(chosen[name].looks_at_sentiment for name in late)
        new = _trained(file, known_until, kinds, sentiment=sentiment)
        chosen |= {
            name: of_networks(name, [(new[kind], "backtest") for kind in kinds_of(name)], by_name=True) for name in late
        }
    return chosen


def _trained(
    file: CandleFile, until: datetime, kinds: Sequence[Kind], *, sentiment: bool
) -> "dict[Kind, NetworkForecaster]":
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    last = np.datetime64(until.replace(tzinfo=None), "ms")
    earlier = {name: one.only(one.time + np.timedelta64(one.step) <= last) for name, one in file.candles.items()}
    try:
        candles = of_file(replace(file, candles=earlier))
        series = beside_sentiment(candles.series()) if sentiment else candles.series()
        trained = trained_networks(series, kinds=kinds, seeds=(0,), sentiment=sentiment)
    except (TooFewCandles, ForecastingError) as error:
        raise TooFewCandles(
            f"The networks in use have seen the time asked for, and the candles before {until:%Y-%m-%d %H:%M} UTC are "
            f"too few to train others on: {error} Or start the backtest later."
        ) from error
    return {kind: found[0].forecaster for kind, found in trained.items()}
