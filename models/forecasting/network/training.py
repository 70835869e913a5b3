"""How a network learns from the candles of many coins."""

import time
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from models.forecasting.errors import ForecastingError
from models.forecasting.forecast import LEVELS
from models.forecasting.network.card import Kind, NetworkCard
from models.forecasting.network.features import DEFAULT_FEATURES, KNOWN_FEATURES, WARM_UP
from models.forecasting.network.forecaster import WINDOW, NetworkForecaster
from models.forecasting.network.stretches import LENGTH, Stretches
from models.forecasting.network.trained import card_of
from models.forecasting.network.weights import build, save_network
from models.forecasting.resampled import resampled
from models.forecasting.series import PriceSeries

BATCH: Final = 32
LEARNING_RATE: Final = 3e-3
MEMORY: Final = 0.98
FEWEST_STRETCHES: Final = 16


class TrainingSettings(BaseModel):
    """What to train and for how long."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind = Field("lstm", description="Which network.")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="Seed of the weights, the order of the data and the dropout.")
    epochs: int = Field(24, ge=1, le=200, description="Most times through the data.")
    patience: int = Field(5, ge=1, le=50, description="Epochs without a better validation loss before it stops.")
    width: int = Field(48, ge=4, le=256, description="Numbers that it remembers.")
    dropout: float = Field(0.1, ge=0, lt=1, description="Share of what it remembers that is forgotten in training.")
    longest_horizon: int = Field(168, ge=1, le=168, description="Most steps ahead.")
    factors: tuple[int, ...] = Field((1, 4, 24), min_length=1, max_length=8, description="Steps, in those given.")
    validation_share: float = Field(
        0.08, gt=0, lt=0.5, description="Newest part of the time that decides when to stop."
    )
    features: tuple[str, ...] = Field(DEFAULT_FEATURES, min_length=1, max_length=len(KNOWN_FEATURES))
    max_age_days: int = Field(180, ge=1, le=3650, description="Days after which the network counts as stale.")


@dataclass(frozen=True)
class Epoch:
    """How one time through the data went; losses are mean pinball losses in units of volatility."""

    number: int
    of: int
    training_loss: float
    validation_loss: float
    seconds: float


@dataclass(frozen=True, eq=False)
class TrainedForecaster:
    """A network, its card, and how the training went."""

    forecaster: NetworkForecaster
    history: tuple[Epoch, ...]

    @property
    def card(self) -> NetworkCard:
        """Its card."""
        return self.forecaster.card

    def save(self, folder: Path) -> dict[str, Path]:
        """Write weights and card; the files by name."""
        return save_network(folder, self.card, self.forecaster.network)


def train(
    markets: Mapping[str, PriceSeries],
    settings: TrainingSettings,
    progress: Callable[[Epoch], None] | None = None,
    metrics: Mapping[str, float] | None = None,
) -> TrainedForecaster:
    """Train one network on all coins, in their own steps and in longer ones.

    The newest `validation_share` of each series is kept for early stopping, and no outcome of the rest reaches into it.
    The same settings, candles, machine and number of threads give the same weights. Raises `ForecastingError` when
    there are too few candles.
    """
    begun = time.perf_counter()
    learned, held = _split(markets, settings)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        card = card_of(markets, settings, [*learned.values()])
        network = build(card)
        _set_dropout(network, settings.dropout)
        history, best = _fit(network, learned, held, settings, progress)
    network.load_state_dict(best)
    network.eval()
    finished = card_of(
        markets, settings, [*learned.values()], network, history, time.perf_counter() - begun, metrics or {}
    )
    return TrainedForecaster(NetworkForecaster(finished, network), tuple(history))


def _split(
    markets: Mapping[str, PriceSeries], settings: TrainingSettings
) -> tuple[dict[str, PriceSeries], dict[str, PriceSeries]]:
    """Series to learn from and to validate on, by coin and step; the validation begins after an embargo."""
    learned, held = {}, {}
    for symbol, whole in markets.items():
        for factor in settings.factors:
            series = resampled(whole, factor) if factor > 1 else whole
            cut = int(len(series) * (1 - settings.validation_share))
            name = f"{symbol} {factor}"
            learned[name] = series.until(cut - 1)
            # what lies before the cut is what the first forecasts look back on; their outcomes come after it
            held[name] = series.between(max(cut - WINDOW - WARM_UP, 0), len(series))
    return learned, held


def _fit(
    network: nn.Module,
    learned: Mapping[str, PriceSeries],
    held: Mapping[str, PriceSeries],
    settings: TrainingSettings,
    progress: Callable[[Epoch], None] | None,
) -> tuple[list[Epoch], dict[str, Tensor]]:
    random = np.random.default_rng(settings.seed)
    longest, stride = settings.longest_horizon, int(getattr(network, "stride", 1))
    data = Stretches.of([*learned.values()], settings.features, longest)
    check = Stretches.of([*held.values()], settings.features, longest)
    if len(data.starts) < FEWEST_STRETCHES or not len(check.starts):
        raise ForecastingError(
            f"Too few candles to train on: {len(data.starts)} stretches of {LENGTH} steps to learn from and "
            f"{len(check.starts)} to validate on; at least {FEWEST_STRETCHES} and 1 are needed. Give a longer history."
        )
    batches = -(-len(data.starts) // BATCH)
    optimiser = torch.optim.AdamW(network.parameters(), LEARNING_RATE, weight_decay=1e-3)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=settings.epochs * batches)
    # the mean of the last few hundred updates is judged and kept: what single updates add is mostly noise
    averaged = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(MEMORY))  # type: ignore[no-untyped-call]  # torch's own annotation is missing
    history: list[Epoch] = []
    best = deepcopy(network.state_dict())
    for number in range(1, settings.epochs + 1):
        begun = time.perf_counter()
        network.train()
        losses = []
        for batch in data.batches(BATCH, stride, longest, random):
            loss = pinball(network(batch.windows, batch.positions, batch.steps), batch.outcomes)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch's own annotation is missing
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            rate.step()
            averaged.update_parameters(network)
            losses.append(loss.item())
        validation = _validate(averaged.module, check, stride, longest)
        epoch = Epoch(number, settings.epochs, float(np.mean(losses)), validation, time.perf_counter() - begun)
        if not history or validation < min(past.validation_loss for past in history):
            best = deepcopy(averaged.module.state_dict())
        history.append(epoch)
        if progress:
            progress(epoch)
        since = number - 1 - int(np.argmin([past.validation_loss for past in history]))
        if since >= settings.patience:
            break
    return history, best


@torch.no_grad()
def _validate(network: nn.Module, check: Stretches, stride: int, longest: int) -> float:
    network.eval()
    losses = [
        float(pinball(network(batch.windows, batch.positions, batch.steps), batch.outcomes))
        for batch in check.batches(BATCH, stride, longest)
    ]
    return float(np.mean(losses))


def pinball(quantiles: Tensor, outcomes: Tensor) -> Tensor:
    """Mean pinball loss over `LEVELS` where the outcome is known (Koenker & Bassett 1978)."""
    levels = torch.tensor(LEVELS)
    known = torch.isfinite(outcomes)
    error = torch.nan_to_num(outcomes)[..., None] - quantiles
    loss = torch.maximum(levels * error, (levels - 1) * error).mean(-1)
    return (loss * known).sum() / known.sum().clamp(min=1)


def _set_dropout(network: nn.Module, share: float) -> None:
    for module in network.modules():
        if isinstance(module, nn.Dropout):
            module.p = share
