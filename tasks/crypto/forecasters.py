"""Which forecaster a request means: the registry's champion, the one that comes with the code, or a plain rule."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from blocks.model_registry import ModelVersion
from models.forecasting import Forecaster, ForecastingError
from models.forecasting.shipped import RULES, SHIPPED, calibrated, is_stale, saw_outcomes_of, shipped_networks
from tasks.champion import champion, files_of

if TYPE_CHECKING:
    from models.forecasting.network.forecaster import NetworkForecaster

Kind = Literal["lstm", "transformer"]
Fixed = Literal["ensemble", "lstm", "transformer", "volatility-scaled-random-walk", "random-walk", "seasonal-naive"]
ModelName = Literal["auto", Fixed]
Origin = Literal["champion", "shipped", "backtest", "rule"]


class StaleModel(ForecastingError):
    """The model asked for by name is past its age."""


class ModelAbsent(ForecastingError):
    """No network of this kind is in the registry or comes with the code."""


class ModelFacts(BaseModel):
    """What is known of the model that was asked for."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    name: str = Field(description="Its name.")
    version: str = Field(description="Its version.")
    origin: Origin = Field(
        description="Champion of the registry, shipped with the code, trained for this backtest, or a rule."
    )
    trained_on: tuple[str, ...] = Field((), description="Coins that it was trained on; none: not trained.")
    trained_from: datetime | None = Field(None, description="First moment of its training data, UTC.")
    trained_until: datetime | None = Field(None, description="Last moment of its training data, UTC.")
    max_age_days: int | None = Field(None, description="Days after which it is stale.")
    weights_sha256: str | None = Field(None, description="Digest of its weights.")
    looks_at_sentiment: bool = Field(False, description="Whether it makes use of stored scores of sentiment.")
    metrics: dict[str, float] = Field({}, description="What its card says it did on later candles.")


@dataclass(frozen=True, eq=False)
class Chosen:
    """A forecaster, what is known of it, the networks in it, and whether it was asked for by its name."""

    forecaster: Forecaster
    facts: ModelFacts
    by_name: bool = True
    networks: "Sequence[NetworkForecaster]" = ()
    recalibrated: bool = False

    @property
    def looks_at_reference(self) -> bool:
        """Whether it makes use of Bitcoin's prices beside another coin's."""
        return any(network.looks_at_reference for network in self.networks)

    @property
    def looks_at_sentiment(self) -> bool:
        """Whether it makes use of scores of sentiment."""
        return any(network.looks_at_sentiment for network in self.networks)

    def at(self, moment: datetime) -> "Chosen":
        """The same for a forecast issued then: past its age its intervals follow the newest candles closely.

        Raises `StaleModel` where it was asked for by name.
        """
        if not any(is_stale(network.card, moment) for network in self.networks):
            return self
        if self.by_name:
            raise StaleModel(
                f"{self.facts.name} {self.facts.version} was trained until {self.facts.trained_until:%Y-%m-%d} and is "
                f"stale after {self.facts.max_age_days} days: train a newer one (train-forecaster), or ask for the "
                "model auto, which follows the newest candles and steps aside where it has no skill."
            )
        fresh = calibrated([*self.networks], stale=True)
        facts = self.facts.model_copy(update={"version": fresh.version})
        return replace(self, forecaster=fresh, facts=facts, recalibrated=True)

    def saw(self, start: datetime, end: datetime) -> bool | None:
        """Whether prices between two moments, of whatever coin, were part of its training; None: it had none.

        Coins move together: another coin's prices of that time tell as much.
        """
        if not self.networks:
            return None
        return any(saw_outcomes_of(network.card, start, end) for network in self.networks)


def choose_forecaster(model: ModelName) -> Chosen:
    """The forecaster of that name; weights stay in the process from one run to the next.

    Raises `ModelAbsent`, `ModelRegistryError`, `WeightsRefused`.
    """
    if model in RULES:
        rule = RULES[model]()
        return Chosen(rule, ModelFacts(name=rule.name, version=rule.version, origin="rule"))
    if model in get_args(Kind):
        return of_networks(model, [_network(kind) for kind in get_args(Kind) if kind == model], by_name=True)
    found = [_network(kind) for kind in get_args(Kind)]
    if model == "auto" and not any(found):
        return replace(choose_forecaster("volatility-scaled-random-walk"), by_name=False)
    return of_networks("ensemble", found, by_name=model != "auto")


def of_networks(name: str, found: "Sequence[tuple[NetworkForecaster, Origin] | None]", *, by_name: bool) -> Chosen:
    """One network, or the ensemble of several. Raises `ModelAbsent` where there is none."""
    there = [one for one in found if one is not None]
    if not there:
        raise ModelAbsent(f"No {name} is in the registry or comes with this code: train one with train-forecaster.")
    networks = [network for network, _ in there]
    cards, forecaster = [network.card for network in networks], calibrated(networks)
    facts = ModelFacts(
        name=forecaster.name,
        version=forecaster.version,
        origin="champion" if any(origin == "champion" for _, origin in there) else there[0][1],
        trained_on=tuple(dict.fromkeys(coin for card in cards for coin in card.trained_on)),
        trained_from=min(card.trained_from for card in cards),
        trained_until=max(card.trained_until for card in cards),
        max_age_days=min(card.max_age_days for card in cards),
        weights_sha256="+".join(card.weights_sha256 for card in cards),
        looks_at_sentiment=any(network.looks_at_sentiment for network in networks),
        metrics=cards[0].metrics if len(cards) == 1 else {},
    )
    return Chosen(forecaster, facts, by_name, networks)


def _network(kind: Kind) -> "tuple[NetworkForecaster, Origin] | None":
    """The champion of a kind, else the network that comes with the code."""
    version = champion(registry_name(kind))
    if version is not None:
        return registered(version), "champion"
    network = shipped(kind)
    return None if network is None else (network, "shipped")


def kinds_of(model: Fixed) -> tuple[Kind, ...]:
    """The networks that a model is made of; none for a rule."""
    return get_args(Kind) if model == "ensemble" else tuple(kind for kind in get_args(Kind) if kind == model)


def registry_name(kind: Kind) -> str:
    """Name of a kind of network in the model registry."""
    return f"price-forecaster-{kind}"


def registered(version: ModelVersion) -> "NetworkForecaster":
    """A version of the registry, kept under <DATA_DIR>/models; its weights are read once a process.

    Raises `ModelRegistryError`, `WeightsRefused`.
    """
    from models.forecasting.network.forecaster import NetworkForecaster  # noqa: PLC0415 - numpy where it is used

    return NetworkForecaster.load(files_of(version))


def shipped(kind: Kind) -> "NetworkForecaster | None":
    """The network of a kind that comes with the code, if one does; its weights are read once a process."""
    from models.forecasting.network.forecaster import NetworkForecaster  # noqa: PLC0415 - as above

    folder = shipped_networks().get(kind) if SHIPPED.is_dir() else None
    return NetworkForecaster.load(folder) if folder else None
