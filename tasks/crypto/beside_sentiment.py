"""What people said about coins beside their prices, for networks that were trained to look at it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from prefect.logging import get_run_logger

from blocks.warehouse import WarehouseError
from tasks.crypto.coin import coin
from tasks.sentiment.history import sentiment_series

if TYPE_CHECKING:
    from models.forecasting import PriceSeries


def beside_sentiment(series: "Mapping[str, PriceSeries]") -> "dict[str, PriceSeries]":
    """The same prices, by the names of their coins, each with the newest score that had been computed before it.

    A score counts from then on, not from the posts' own times, so nothing later is seen. Raises `WarehouseError`.
    """
    return {name: replace(one, sentiment=sentiment_series(coin(name), one.time)) for name, one in series.items()}


def beside_sentiment_if_there(series: "Mapping[str, PriceSeries]") -> "dict[str, PriceSeries]":
    """The same, without scores where the warehouse is away: a forecast goes on without, as it learned to."""
    try:
        return beside_sentiment(series)
    except WarehouseError as error:
        get_run_logger().warning("The scores of sentiment can't be had, forecasting without: %s", error)
        return dict(series)


def known_share(series: "Mapping[str, PriceSeries]") -> float:
    """Part of all steps at which a score is known."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    steps = sum(map(len, series.values()))
    known = sum(int(np.isfinite(one.sentiment).sum()) for one in series.values() if one.sentiment is not None)
    return known / steps if steps else 0.0
