"""train_forecaster from end to end: candles in a file or at a Binance on loopback, the registry, pictures and cards."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from blocks.asset_store import AssetStore
from blocks.exchange import Exchange, MarketDataError
from blocks.model_registry import ModelRegistry
from blocks.saved_block import forget_remembered_blocks
from blocks.warehouse import Warehouse
from blocks.warehouse.tables import sentiment_scores
from flows.crypto.training import ForecasterTraining, ForecasterTrainingRequest, train_forecaster
from tasks.champion import champion
from tasks.crypto.coin import coin
from tasks.crypto.forecasters import registered
from tasks.crypto.training import NoSentiment
from tasks.crypto.training_candles import TooFewCandles
from tests.blocks.binance import Binance, candle_rows
from tests.flows.test_crypto import artifacts, use_exchange
from tests.tasks.crypto.candle_files import candle_frame, parquet
from tests.tasks.crypto.test_forecasters import promote
from tests.tasks.sentiment.score_rows import score_row

pytestmark = pytest.mark.crypto

SMALL: dict[str, Any] = {"kinds": ["lstm"], "epochs": 1, "held_out_days": 14}


def upload(count: int = 2850) -> str:
    content = parquet(candle_frame(("BTC",), count=count, start="2025-10-01"))
    return AssetStore.default().put("uploads/1/candles.parquet", content, "application/octet-stream").uri


def test_a_network_is_trained_judged_on_later_candles_and_kept(prefect_api: str) -> None:
    training = train_forecaster({"candles_uri": upload(), **SMALL})

    assert isinstance(training, ForecasterTraining)
    (one,) = training.networks
    assert (one.kind, one.registry_version, one.seed) == ("lstm", 1, 0)
    assert one.refused is None
    assert one.promoted == (one.metrics.crps < one.rival_metrics.crps)
    first, last = (datetime.fromisoformat(moment) for moment in one.window.split("/"))
    version = ModelRegistry.default().resolve("price-forecaster-lstm", 1)
    network = registered(version)
    assert network.card.trained_until < first, "nothing that it is judged by was trained on"
    assert (first - network.card.trained_until).total_seconds() >= 24 * 3600, "nor overlaps an outcome of it"
    assert last == datetime(2026, 1, 27, 18, tzinfo=UTC)
    assert version.metrics["crps"] == one.metrics.crps
    assert version.data_digest == training.provenance.data_sha256
    assert network.card.histograms, "what drift is told by"
    assert (champion("price-forecaster-lstm") is not None) == one.promoted

    names = [asset.name for asset in training.assets]
    assert names == ["training.png", "lstm-card.json"]
    with AssetStore.default().open(training.assets[1].uri) as stream:
        assert json.load(stream)["version"] == one.version
    made = artifacts(training.run_id)
    assert made["forecaster-training-progress"].data == 100
    assert {"forecaster-training-metrics", "forecaster-training-summary", "forecaster-training-curves"} <= set(made)
    assert one.version in made["forecaster-training-summary"].data
    assert ForecasterTraining.model_validate_json(training.model_dump_json()) == training


def test_a_champion_stays_until_a_better_one_comes(prefect_api: str, tmp_path: Path) -> None:
    standing = promote(tmp_path)

    one = train_forecaster({"candles_uri": upload(), **SMALL, "seeds": [5]}).networks[0]

    assert (one.rival, one.rival_version, one.registry_version) == ("champion", standing.version, 2)
    assert one.promoted == (one.metrics.crps < one.rival_metrics.crps)
    now = champion("price-forecaster-lstm")
    assert now is not None
    assert now.version == (2 if one.promoted else 1)


def test_a_champion_that_has_seen_the_window_is_not_replaced(prefect_api: str, tmp_path: Path) -> None:
    promote(tmp_path, trained_until=datetime(2026, 1, 24, tzinfo=UTC))

    one = train_forecaster({"candles_uri": upload(), **SMALL}).networks[0]

    assert not one.promoted
    assert "lie after 2026-01-24 00:00 UTC, until when one of the two was trained" in (one.refused or "")
    now = champion("price-forecaster-lstm")
    assert now is not None
    assert now.version == 1


@pytest.fixture
def binance(prefect_api: str) -> Iterator[Binance]:
    now = int(datetime.now(UTC).timestamp() * 1000)
    with Binance(candle_rows(3400, now=now), now=now) as server:
        use_exchange(server.url)
        yield server
    Exchange.delete("default")
    forget_remembered_blocks()


def test_candles_come_from_the_exchange_where_no_file_is_given(binance: Binance) -> None:
    training = train_forecaster({"symbols": ["btc", "NOPE"], "days": 141, **SMALL, "held_out_days": 14})

    assert training.networks[0].registry_version == 1
    assert training.provenance.data_source == "binance"
    assert any(warning.startswith("NOPE was left out") for warning in training.warnings)
    with pytest.raises(MarketDataError, match="None of NOPE has candles"):
        train_forecaster({"symbols": ["NOPE"], **SMALL})


def test_too_few_candles_are_refused_clearly(prefect_api: str) -> None:
    with pytest.raises(TooFewCandles, match="No coin has 1000 candles, the most has 600"):
        train_forecaster({"candles_uri": upload(count=600), **SMALL})


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kinds": []}, "kinds"),
        ({"kinds": ["oracle"]}, "kinds"),
        ({"seeds": [-1]}, "seeds"),
        ({"seeds": [2**31]}, "seeds"),
        ({"epochs": 0}, "epochs"),
        ({"held_out_days": 0}, "held_out_days"),
        ({"symbols": ["../etc"]}, "symbols"),
        ({"candles_uri": "file:///etc/passwd"}, "candles_uri"),
        ({"surprise": 1}, "surprise"),
    ],
    ids=str,
)
def test_bad_requests_name_the_field(body: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ForecasterTrainingRequest.model_validate(body)
    assert {error["loc"][0] for error in caught.value.errors()} == {field}


@pytest.mark.parametrize("name", ["BTC", "btc", "BTC/USDT", "BTC-USD", "BTCUSDT", "BTCUSDC"])
def test_a_coin_is_known_by_any_name(name: str) -> None:
    assert coin(name) == "BTC"


def test_networks_learn_from_stored_sentiment_where_they_are_asked_to(prefect_api: str) -> None:
    request = {"candles_uri": upload(), **SMALL, "sentiment": True}
    with pytest.raises(NoSentiment, match="turn on the hourly schedule of analyse-sentiment and train later"):
        train_forecaster(request)

    for day in range(30):
        at = datetime(2025, 11, 1, tzinfo=UTC) + timedelta(days=day)
        row = score_row(f"run-{day}", at, score=0.1 * (day % 3))
        Warehouse.default().publish(sentiment_scores, [row], run_id=row["run_id"])
    training = train_forecaster(request)

    network = registered(ModelRegistry.default().resolve("price-forecaster-lstm", 1))
    assert network.looks_at_sentiment
    assert "sentiment" in network.card.histograms
    assert any("A score of sentiment is known at" in warning for warning in training.warnings)
