"""The card of a network that has been trained."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from models.forecasting.network.card import Histogram, NetworkCard
from models.forecasting.network.features import features
from models.forecasting.network.weights import packed
from models.forecasting.series import PriceSeries

if TYPE_CHECKING:
    from torch import nn

    from models.forecasting.network.training import Epoch, TrainingSettings

BINS = 10


def card_of(
    markets: Mapping[str, PriceSeries],
    settings: "TrainingSettings",
    learned: Sequence[PriceSeries],
    network: "nn.Module | None" = None,
    history: "Sequence[Epoch]" = (),
    seconds: float = 0.0,
    metrics: Mapping[str, float] | None = None,
) -> NetworkCard:
    """The card; without a network that of one that has still to be trained."""
    until = max(series.end for series in markets.values())
    digest = hashlib.sha256(packed(network)).hexdigest() if network is not None else ""
    best = min(history, key=lambda epoch: epoch.validation_loss) if history else None
    first = next(iter(markets.values()))
    return NetworkCard(
        kind=settings.kind,
        version=f"{_moment(until):%Y-%m-%d}-{digest[:8]}",
        features=settings.features,
        width=settings.width,
        longest_horizon=settings.longest_horizon,
        trained_on=tuple(markets),
        timeframes=tuple(str((factor * first.step).astype("timedelta64[m]")) for factor in settings.factors),
        trained_from=_moment(min(series.start for series in markets.values())),
        trained_until=_moment(until),
        max_age_days=settings.max_age_days,
        data_sha256=_digest(markets),
        seed=settings.seed,
        epochs=best.number if best else 0,
        seconds=round(seconds, 1),
        validation_loss=round(best.validation_loss, 6) if best else 0.0,
        histograms=histograms(learned, settings.features) if network is not None else {},
        metrics=dict(metrics or {}),
        weights_sha256=digest,
    )


def histograms(series: Sequence[PriceSeries], names: tuple[str, ...]) -> dict[str, Histogram]:
    """Tenths of each feature over all series; a feature of few values has fewer bins."""
    values = np.concatenate([features(one, names) for one in series])
    return {name: _histogram(values[:, column]) for column, name in enumerate(names)}


def _histogram(values: "np.ndarray[tuple[int], np.dtype[np.float32]]") -> Histogram:
    edges = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1)[1:-1]).astype(np.float64))
    counts = np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1)
    return Histogram(edges=tuple(edges.tolist()), shares=tuple((counts / counts.sum()).round(6).tolist()))


def _digest(markets: Mapping[str, PriceSeries]) -> str:
    sha = hashlib.sha256()
    for symbol in sorted(markets):
        series = markets[symbol]
        sha.update(f"{symbol} {series.start} {series.step}\n".encode())
        sha.update(series.close.astype("<f8").tobytes())
    return sha.hexdigest()


def _moment(time: np.datetime64) -> datetime:
    return datetime.fromtimestamp(int(time.astype("datetime64[ms]").astype(np.int64)) / 1000, UTC)
