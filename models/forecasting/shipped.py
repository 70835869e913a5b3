"""The networks that come with the code, and every forecaster by its name."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from models.forecasting.conformal import random_walk, volatility_scaled_random_walk
from models.forecasting.ensemble import Ensemble
from models.forecasting.forecaster import Forecaster
from models.forecasting.network.card import NetworkCard
from models.forecasting.network.forecaster import NetworkForecaster
from models.forecasting.recalibrated import Recalibrated
from models.forecasting.seasonal import SeasonalNaive

SHIPPED: Final = Path(__file__).parent / "weights"

RULES: Final[Mapping[str, Callable[[], Forecaster]]] = {
    "volatility-scaled-random-walk": volatility_scaled_random_walk,
    "random-walk": random_walk,
    "seasonal-naive": SeasonalNaive,
}
"""Forecasters without weights."""

STALE_PRIOR: Final = 20.0
"""How many forecasts a stale network's own width counts for: it is believed less than the newest candles."""


def shipped_networks() -> Mapping[str, Path]:
    """Folder of each network that comes with the code, by its kind."""
    return {folder.name: folder for folder in sorted(SHIPPED.iterdir()) if folder.is_dir()}


def calibrated(networks: "list[NetworkForecaster]", *, stale: bool = False) -> Forecaster:
    """One network, or the ensemble of several, with intervals that follow the newest candles.

    `stale`: they follow them closely, for networks past their age.
    """
    inner: Forecaster = networks[0] if len(networks) == 1 else Ensemble(networks)
    return Recalibrated(inner, STALE_PRIOR, "recalibrated") if stale else Recalibrated(inner)


def is_stale(card: NetworkCard, at: datetime) -> bool:
    """Whether a network is past its age at a moment (aware)."""
    return (at - card.trained_until).days > card.max_age_days


def saw_outcomes_of(card: NetworkCard, start: datetime, end: datetime) -> bool:
    """Whether prices between two moments (aware) were part of a network's training."""
    return start < card.trained_until and end > card.trained_from
