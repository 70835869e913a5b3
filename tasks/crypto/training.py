"""Training networks on many coins: fit, and comparison with the ones in use on a later window."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID

from prefect import task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, ConfigDict, Field

from blocks.model_registry import ModelRegistry
from tasks.champion import champion
from tasks.crypto.beside_sentiment import beside_sentiment, known_share
from tasks.crypto.forecasters import Kind, registered, registry_name, shipped
from tasks.crypto.training_candles import TooFewCandles, TrainingCandles
from tasks.crypto.window import Judged, WindowMetrics, measure_window
from tasks.provenance import code_version

if TYPE_CHECKING:
    from models.forecasting import PriceSeries
    from models.forecasting.network.forecaster import NetworkForecaster
    from models.forecasting.network.training import Epoch, TrainedForecaster

HORIZON: Final = 24
FEWEST_ORIGINS: Final = 40
VALIDATED: Final = 400  # steps
Rival = Literal["champion", "shipped", "random-walk"]


class NoSentiment(ValueError):
    """Networks were to learn from scores of sentiment, of which none is stored."""


class NetworkComparison(BaseModel):
    """A new network against the one in use, on candles that neither was trained on."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    kind: Kind = Field(description="Which network.")
    version: str = Field(description="Version on its card.")
    registry_version: int = Field(description="Its number in the registry.")
    seed: int = Field(description="The seed that had the best validation loss.")
    epochs: int = Field(description="Epochs until that loss was best.")
    window: str = Field(description="First origin and last outcome of the comparison, ISO 8601 interval.")
    metrics: WindowMetrics = Field(description="How the new network did there.")
    rival: Rival = Field(description="What it was compared with: the champion, the one that comes with the code, or …")
    rival_version: str = Field(description="Version of the rival.")
    rival_metrics: WindowMetrics = Field(description="How the rival did on the same forecasts.")
    promoted: bool = Field(description="Whether the new network is the champion now: its CRPS is lower.")
    refused: str | None = Field(description="Why the comparison decides nothing; null when it decides.")


@dataclass(frozen=True, eq=False)
class Training:
    """Networks that were trained, of each kind the best seed first, and the later candles to judge them by."""

    networks: "dict[Kind, list[TrainedForecaster]]"
    later: "dict[str, PriceSeries]"
    until: datetime
    warnings: list[str] = field(default_factory=list)

    @property
    def best(self) -> "list[TrainedForecaster]":
        """One of each kind."""
        return [found[0] for found in self.networks.values()]


@task(
    name="train-forecasters",
    description="Networks of each kind and seed, with early stopping; progress shows on the run's page.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def train_forecasters(
    candles: TrainingCandles,
    *,
    kinds: Sequence[Kind],
    seeds: Sequence[int],
    epochs: int,
    held_out_days: int,
    sentiment: bool = False,
) -> Training:
    """Train on all but the newest `held_out_days` days.

    Raises `TooFewCandles`, `ForecastingError`; with `sentiment` `NoSentiment`, `WarehouseError`.
    """
    until = candles.end - timedelta(days=held_out_days)
    whole = beside_sentiment(candles.series()) if sentiment else candles.series()
    learned = {name: early for name, series in whole.items() if (early := _until(series, until)) is not None}
    if not any(len(series) - len(learned.get(name, ())) > 3 * HORIZON for name, series in whole.items()):
        raise TooFewCandles(f"The newest {held_out_days} days hold fewer than {3 * HORIZON} candles: hold out more.")
    if not learned:
        raise TooFewCandles(f"No candles lie before {until:%Y-%m-%d %H:%M} UTC: hold out fewer days or give more.")
    warnings = _sentiment_known(learned) if sentiment else []
    networks = trained_networks(learned, kinds=kinds, seeds=seeds, epochs=epochs, sentiment=sentiment)
    return Training(networks, whole, until, warnings)


def _sentiment_known(learned: "dict[str, PriceSeries]") -> list[str]:
    """How much of it networks can learn from. Raises `NoSentiment`."""
    share = known_share(learned)
    if not share:
        raise NoSentiment(
            f"No score of sentiment of {', '.join(learned)} is stored for the time to train on: turn on the hourly "
            "schedule of analyse-sentiment and train later, or train without sentiment."
        )
    return [f"A score of sentiment is known at {share:.1%} of the steps that were trained on; elsewhere there is none."]


def trained_networks(
    learned: "dict[str, PriceSeries]",
    *,
    kinds: Sequence[Kind],
    seeds: Sequence[int],
    epochs: int | None = None,
    sentiment: bool = False,
) -> "dict[Kind, list[TrainedForecaster]]":
    """Networks of each kind, the best seed first; progress shows on the run's page. Raises `ForecastingError`."""
    from models.forecasting.network.features import KNOWN_FEATURES  # noqa: PLC0415 - numpy where it is used
    from models.forecasting.network.training import TrainingSettings, train  # noqa: PLC0415 - torch where it is used

    settings = TrainingSettings(factors=_factors(learned), validation_share=_validation_share(learned))
    if epochs is not None:
        settings = settings.model_copy(update={"epochs": epochs})
    if sentiment:
        settings = settings.model_copy(update={"features": KNOWN_FEATURES})
    show = _progress(len(kinds) * len(seeds))
    networks: dict[Kind, list[TrainedForecaster]] = {}
    for kind in kinds:
        trained = [
            train(learned, settings.model_copy(update={"kind": kind, "seed": seed}), show(f"{kind}, seed {seed}"))
            for seed in seeds
        ]
        networks[kind] = sorted(trained, key=lambda one: one.card.validation_loss)
    return networks


def _until(series: "PriceSeries", moment: datetime) -> "PriceSeries | None":
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    last = series.index(np.datetime64(moment.replace(tzinfo=None), "ms"))
    return series.until(min(last, len(series) - 1)) if last > 0 else None


def _factors(series: "dict[str, PriceSeries]") -> tuple[int, ...]:
    """The longer steps that a network learns beside the candles' own: up to a day."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    step = next(iter(series.values())).step
    return tuple(factor for factor in (1, 4, 24) if factor == 1 or step * factor <= np.timedelta64(1, "D"))


def _validation_share(series: "dict[str, PriceSeries]") -> float:
    """The usual share of a long history; of a short one enough steps to validate on."""
    return min(0.4, max(0.08, VALIDATED / max(map(len, series.values()))))


def _progress(networks: int) -> "Callable[[str], Callable[[Epoch], None]]":
    """Artifact forecaster-training-progress, moved on with every epoch of every network."""
    artifact = create_progress_artifact(
        0.0, key="forecaster-training-progress", description="Training the price forecasters"
    )
    if not isinstance(artifact, UUID):  # Prefect's type leaves open that it is awaited; in a plain task it is not
        raise TypeError("the progress artifact was not created")
    begun: list[str] = []

    def of(name: str) -> "Callable[[Epoch], None]":
        begun.append(name)

        def show(epoch: "Epoch") -> None:
            share = (len(begun) - 1 + epoch.number / epoch.of) / networks
            told = f"{name}: epoch {epoch.number} of at most {epoch.of}, validation loss {epoch.validation_loss:.4f}"
            update_progress_artifact(artifact, 100 * share, description=told)

        return show

    return of


@task(
    name="register-forecasters",
    description="Keep the networks in the model registry; promote those better than the ones in use on later candles.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=1,
)
def register_forecasters(training: Training, data_digest: str) -> list[NetworkComparison]:
    """Register the best of each kind, compare by CRPS, promote. Raises `ModelRegistryError`, `TooFewCandles`.

    A run that is repeated finds its own versions and leaves the champions that it made. When another run promotes at
    the same moment (`AliasMoved`) the retry compares with that one.
    """
    return [_registered(found, training, data_digest) for found in training.best]


def _registered(trained: "TrainedForecaster", training: Training, data_digest: str) -> NetworkComparison:
    card, registry = trained.card, ModelRegistry.default()
    in_use = champion(registry_name(card.kind))
    rival = registered(in_use) if in_use else shipped(card.kind)
    judged, refused = _judge(trained.forecaster, rival, training)
    mine, theirs = judged.metrics[0], judged.metrics[1] if rival else judged.random_walk
    with TemporaryDirectory(prefix="forecaster-") as folder:
        version = registry.register(
            registry_name(card.kind),
            trained.save(Path(folder)),
            metrics=mine.model_dump(),
            data_digest=data_digest,
            code_version=code_version(),
            description=f"Trained on {', '.join(card.trained_on)} until {card.trained_until:%Y-%m-%d %H:%M} UTC",
        )
    kept = in_use is not None and in_use.version == version.version
    better = refused is None and mine.crps < theirs.crps
    if better and not kept:
        expected = in_use.version if in_use else None
        registry.promote(registry_name(card.kind), version.version, expected=expected)
    return NetworkComparison(
        kind=card.kind,
        version=card.version,
        registry_version=version.version,
        seed=card.seed,
        epochs=card.epochs,
        window=judged.window,
        metrics=mine,
        rival="champion" if in_use else "shipped" if rival else "random-walk",
        rival_version=rival.version if rival else "1",
        rival_metrics=theirs,
        promoted=better or kept,
        refused=None if kept else refused,
    )


def _judge(
    mine: "NetworkForecaster", rival: "NetworkForecaster | None", training: Training
) -> tuple[Judged, str | None]:
    """Both on the candles that neither was trained on; on those held out, and why that decides nothing, where none are.

    What a rival was trained on is no test of it: it has an edge there that it has nowhere else.
    """
    forecasters = [mine, *([rival] if rival else [])]
    if rival and rival.looks_at_sentiment:  # whatever the new one looks at, its rival is judged with all that it knows
        training = replace(training, later=beside_sentiment(training.later))
    seen = max(training.until, rival.card.trained_until) if rival else training.until
    judged = measure_window(forecasters, training.later, seen, HORIZON)
    if judged.origins >= FEWEST_ORIGINS:
        return judged, None
    told = f"only {judged.origins} forecasts lie after {seen:%Y-%m-%d %H:%M} UTC, until when one of the two was trained"
    whole = measure_window(forecasters, training.later, training.until, HORIZON)
    if not whole.origins:
        raise TooFewCandles("No forecast fits into the candles held out: hold out more days.")
    return whole, told
