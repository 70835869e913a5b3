"""Which forecaster a name means: champions, the ones that come with the code, rules, and what happens with age."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from blocks.exchange import Candles
from blocks.model_registry import ModelRegistry
from blocks.recorded_candles import recorded_candles
from models.forecasting.network.card import NetworkCard
from models.forecasting.network.weights import save_network
from tasks.crypto.forecast import forecast_price
from tasks.crypto.forecasters import StaleModel, choose_forecaster, registry_name, shipped
from tasks.crypto.market import Market

pytestmark = pytest.mark.crypto

UNTIL = datetime(2025, 9, 19, 23, tzinfo=UTC)


def promote(tmp_path: Path, **changes: object) -> NetworkCard:
    """The network that comes with the code, under another card, as the champion."""
    network = shipped("lstm")
    assert network is not None
    card = network.card.model_copy(update={"version": "of-the-registry", **changes})
    registry, name = ModelRegistry.default(), registry_name("lstm")
    files = save_network(tmp_path / "network", card, network.network)
    version = registry.register(name, files, metrics={}, data_digest="0" * 64, code_version="test")
    registry.promote(name, version.version)
    return card


@pytest.fixture(scope="module")
def candles() -> Candles:
    return recorded_candles("BTC", timeframe="1h", count=900)


def moved_to(candles: Candles, end: datetime) -> Market:
    """The recorded candles as if they ended then."""
    import numpy as np

    shift = np.timedelta64(end - candles.end)
    moved = replace(candles, time=candles.time + shift, as_of=end, source="binance", exchange="binance")
    return Market(moved, "binance")


def test_without_a_champion_the_networks_that_come_with_the_code_serve() -> None:
    chosen = choose_forecaster("auto")

    assert (chosen.facts.name, chosen.facts.origin, len(chosen.networks)) == ("ensemble", "shipped", 2)
    assert chosen.facts.trained_until == UNTIL
    assert set(chosen.facts.trained_on) == {"BTC", "ETH", "SOL", "BNB", "XRP"}
    assert chosen.looks_at_reference
    assert choose_forecaster("lstm").facts.name == "lstm"
    assert choose_forecaster("seasonal-naive").facts.origin == "rule"


def test_a_champion_takes_its_place(tmp_path: Path) -> None:
    promote(tmp_path)

    alone, together = choose_forecaster("lstm"), choose_forecaster("auto")

    assert alone.facts.origin == together.facts.origin == "champion"
    assert "of-the-registry" in alone.facts.version
    assert "of-the-registry" in together.facts.version
    assert choose_forecaster("transformer").facts.origin == "shipped"


def test_weights_stay_in_the_process(tmp_path: Path) -> None:
    promote(tmp_path)

    first, second = choose_forecaster("lstm"), choose_forecaster("lstm")

    assert first.networks[0].network is second.networks[0].network


def test_a_stale_network_is_recalibrated_and_labelled(candles: Candles) -> None:
    market = moved_to(candles, UNTIL + timedelta(days=300))

    outlook = forecast_price.fn(market, 6)

    assert outlook.recalibrated
    assert outlook.facts.version.endswith("-recalibrated")
    assert forecast_price.fn(moved_to(candles, UNTIL), 6).facts.version.endswith("-calibrated")
    assert outlook.in_training_data is False
    assert any("is past its age of 180 days" in warning for warning in outlook.warnings)
    assert outlook.in_use or outlook.fallback


@pytest.mark.parametrize("model", ["lstm", "transformer", "ensemble"])
def test_a_stale_network_asked_for_by_name_refuses(candles: Candles, model: str) -> None:
    with pytest.raises(StaleModel, match=r"stale after 180 days: train a newer one \(train-forecaster\), or ask"):
        forecast_price.fn(moved_to(candles, UNTIL + timedelta(days=200)), 6, (), choose_forecaster(model))  # type: ignore[arg-type]  # parametrized


def test_rules_have_no_age(candles: Candles) -> None:
    market = moved_to(candles, UNTIL + timedelta(days=3000))

    outlook = forecast_price.fn(market, 6, (), choose_forecaster("volatility-scaled-random-walk"))

    assert (outlook.recalibrated, outlook.in_training_data, outlook.trained_until) == (False, None, None)


@pytest.mark.parametrize(
    ("days", "in_training", "told"),
    [(-200, True, "this is no test of it"), (3, False, "as the best case"), (60, False, None)],
)
def test_what_the_network_was_trained_on_is_told(
    candles: Candles, days: int, in_training: bool, told: str | None
) -> None:
    outlook = forecast_price.fn(moved_to(candles, UNTIL + timedelta(days=days)), 6)

    assert outlook.in_training_data is in_training
    seen = [warning for warning in outlook.warnings if "was trained on" in warning]
    assert bool(seen) == (told is not None)
    assert told is None or told in seen[0]


def test_the_plain_walk_stays_when_it_is_asked_for(candles: Candles) -> None:
    outlook = forecast_price.fn(moved_to(candles, UNTIL), 6, (), choose_forecaster("random-walk"))

    assert (outlook.forecast.model, outlook.fallback) == ("random-walk", None)
    assert outlook.calibration is not None
