"""Networks that look at sentiment: they are given the scores that were known at each moment, and say when none was."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from prefect import flow

from blocks.exchange import Candles
from blocks.model_registry import ModelRegistry
from blocks.recorded_candles import recorded_candles
from blocks.settings import get_settings
from blocks.warehouse import Warehouse
from blocks.warehouse.tables import sentiment_scores
from models.forecasting.network.features import KNOWN_FEATURES
from models.forecasting.network.weights import build, packed, save_network
from tasks.crypto.beside_sentiment import beside_sentiment, known_share
from tasks.crypto.forecast import Outlook, forecast_price
from tasks.crypto.forecasters import choose_forecaster, registry_name, shipped
from tasks.crypto.market import Market
from tasks.crypto.series import price_series
from tests.tasks.crypto.test_forecasters import moved_to
from tests.tasks.sentiment.score_rows import score_row

pytestmark = pytest.mark.crypto

END = datetime(2025, 11, 1, tzinfo=UTC)


def store(before_end: timedelta, score: float, symbol: str = "BTC") -> None:
    run = f"run-{symbol}-{before_end}"
    row = score_row(run, END - before_end, score=score, symbol=symbol)
    Warehouse.default().publish(sentiment_scores, [row], run_id=run)


@pytest.fixture(scope="module")
def candles() -> Candles:
    return recorded_candles("BTC", timeframe="1h", count=900)


@pytest.fixture
def market(candles: Candles) -> Market:
    return moved_to(candles, END)


@pytest.fixture
def looking(tmp_path: Path) -> None:
    """A champion with every input there is, its weights drawn at random."""
    import hashlib

    import torch

    known = shipped("lstm")
    assert known is not None
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        card = known.card.model_copy(update={"version": "looks", "features": KNOWN_FEATURES})
        network = build(card)
        # as it comes, the head hardly listens to what the memory holds
        network.head.out.weight.data.mul_(10)  # type: ignore[union-attr,operator]  # an Lstm, which build does not tell
    card = card.model_copy(update={"weights_sha256": hashlib.sha256(packed(network)).hexdigest()})
    registry, name = ModelRegistry.default(), registry_name("lstm")
    files = save_network(tmp_path / "network", card, network)
    version = registry.register(name, files, metrics={}, data_digest="0" * 64, code_version="test")
    registry.promote(name, version.version)


def said(market: Market) -> tuple[Outlook, np.ndarray]:
    """The forecast, and what the network itself says, which may have stepped aside."""
    chosen = choose_forecaster("lstm")
    outlook = forecast_price.fn(market, 6, (), chosen)
    series = beside_sentiment({"BTC": price_series(market.candles)})["BTC"]
    return outlook, chosen.forecaster.quantiles(series, np.array([len(series) - 1]), 6)


def test_a_network_that_looks_at_sentiment_is_given_what_was_known(market: Market, looking: None) -> None:
    without, quantiles = said(market)
    assert without.facts.looks_at_sentiment
    assert any("looks at scores of sentiment, of which there is none here" in line for line in without.warnings)

    store(timedelta(hours=-1), 0.9)  # of tomorrow
    store(timedelta(hours=2), 0.9, symbol="ETH")
    unchanged = said(market)[1]
    store(timedelta(hours=2), 0.9)
    seen, moved = said(market)

    np.testing.assert_array_equal(quantiles, unchanged)
    assert not np.array_equal(quantiles, moved)
    assert not any("looks at scores of sentiment" in line for line in seen.warnings)


def test_the_networks_that_come_with_the_code_look_at_none(market: Market) -> None:
    store(timedelta(hours=2), 0.9)

    outlook = forecast_price.fn(market, 6)

    assert not outlook.facts.looks_at_sentiment
    assert not any("sentiment" in line for line in outlook.warnings)


def test_recorded_candles_are_given_no_scores(candles: Candles, looking: None) -> None:
    market = Market(replace(candles, source="sample"), "recorded sample")

    outlook = forecast_price.fn(market, 6, (), choose_forecaster("lstm"))

    assert any("looks at scores of sentiment" in line for line in outlook.warnings)


def test_a_forecast_goes_on_without_a_warehouse(
    prefect_api: str, market: Market, looking: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAREHOUSE_URL", "postgresql://nobody@127.0.0.1:9/none")
    get_settings.cache_clear()

    @flow  # its log belongs to a run
    def forecasting() -> list[str]:
        return forecast_price(market, 6, (), choose_forecaster("lstm")).warnings

    assert any("looks at scores of sentiment" in line for line in forecasting())


def test_coins_are_known_by_any_name(market: Market) -> None:
    store(timedelta(hours=2), 0.9)
    series = price_series(market.candles)

    found = beside_sentiment({"BTC/USDT": series, "ETH/USDT": series})

    assert np.isfinite(found["BTC/USDT"].sentiment).sum() == 2  # type: ignore[arg-type]  # set just now
    assert known_share(found) == 2 / (2 * len(series))
