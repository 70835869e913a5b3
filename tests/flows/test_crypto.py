"""predict_price from end to end: a Binance on loopback, a real Prefect server, files and rows."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from pydantic import ValidationError

from blocks.asset_store import AssetStore
from blocks.exchange import (
    Exchange,
    ExchangeUnavailable,
    NetworkAway,
    NoCandles,
    UnknownExchange,
    UnknownSymbol,
    UnsupportedTimeframe,
)
from blocks.saved_block import forget_remembered_blocks
from blocks.warehouse import Warehouse
from blocks.warehouse.tables import price_forecasts, sentiment_scores
from flows.crypto.prediction import PricePrediction, PricePredictionRequest, predict_price
from models.forecasting import ConstantPrice, ShortHistory
from tests.blocks.binance import HOUR, NOW, Binance, Trouble, candle_rows
from tests.conftest import free_port

pytestmark = pytest.mark.crypto

MISSION_BODY = {"symbol": "BTC", "timeframe": "1h", "prediction_horizon": 24}
BY_RULE = {**MISSION_BODY, "model": "volatility-scaled-random-walk"}  # no network to run: quicker


def use_exchange(url: str) -> None:
    Exchange(base_url=url, attempts=2, patience=1, timeout=3).save("default", overwrite=True)
    forget_remembered_blocks()


@pytest.fixture
def exchange_block(prefect_api: str) -> Iterator[None]:
    """Takes away the exchange that a test saves."""
    yield
    Exchange.delete("default")
    forget_remembered_blocks()


@pytest.fixture
def binance(exchange_block: None) -> Iterator[Binance]:
    with Binance(candle_rows(2200)) as server:
        use_exchange(server.url)
        yield server


@pytest.fixture
def no_network(exchange_block: None) -> None:
    use_exchange(f"http://127.0.0.1:{free_port()}")


def artifacts(run_id: str) -> dict[str, Any]:
    with get_client(sync_client=True) as client:
        found = client.read_artifacts(
            artifact_filter=ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run_id]))
        )
    return {artifact.key: artifact for artifact in found if artifact.key}


def test_the_missions_body_becomes_a_forecast(binance: Binance) -> None:
    prediction = predict_price(MISSION_BODY)

    assert isinstance(prediction, PricePrediction)
    assert prediction.request == PricePredictionRequest.model_validate(MISSION_BODY)
    issued = datetime.fromtimestamp(NOW // HOUR * HOUR / 1000, UTC)
    assert prediction.issued_at == issued
    assert [step.time for step in prediction.forecast] == [issued + timedelta(hours=h) for h in range(1, 25)]
    assert prediction.last_close == float(binance.rows[-2][4]), "the open candle is not known yet"
    for step in prediction.forecast:
        assert step.lower_95 < step.lower_80 < step.median < step.upper_80 < step.upper_95
    assert (prediction.data_source, prediction.historical, prediction.quote) == ("binance", False, "USDT")
    assert prediction.facts.name == "ensemble"
    assert prediction.facts.origin == "shipped"
    assert prediction.in_training_data, "the clock of this Binance stands in 2024"
    assert any("trained on prices of the very time" in warning for warning in prediction.warnings)
    assert not prediction.recalibrated
    assert prediction.calibration is not None
    assert 0.6 < prediction.calibration.coverage_80 < 0.95
    assert prediction.skill_vs_random_walk is not None
    assert (prediction.fallback is None) == (prediction.skill_vs_random_walk.crps > 0)
    assert (prediction.model == "ensemble") == (prediction.fallback is None)
    assert (prediction.trained_until == prediction.facts.trained_until) == (prediction.fallback is None)
    assert prediction.indicators["rsi_14"] is not None
    assert prediction.indicators["obv"] is not None
    assert prediction.provenance.data_window == prediction.data_window
    assert len(prediction.provenance.data_sha256) == 64
    assert PricePrediction.model_validate_json(prediction.model_dump_json()) == prediction


def test_what_it_leaves_behind_can_be_looked_at(binance: Binance) -> None:
    prediction = predict_price({"symbol": "ETH", "prediction_horizon": 12, "model": "random-walk"})

    store = AssetStore.default()
    contents = {}
    for asset in prediction.assets:
        assert asset.uri == f"asset://runs/{prediction.run_id}/{asset.name}"
        with store.open(asset.uri) as stream:
            contents[asset.name] = stream.read()
        assert len(contents[asset.name]) == asset.bytes
    assert contents["price-chart.png"].startswith(b"\x89PNG")
    document = json.loads(contents["forecast.json"])
    assert len(document["levels"]) == 11
    assert [step["quantiles"][5] for step in document["forecast"]] == [step.median for step in prediction.forecast]
    lines = list(csv.DictReader(io.StringIO(contents["forecast.csv"].decode())))
    assert [float(line["q0.9"]) for line in lines] == [step.upper_80 for step in prediction.forecast]
    assert json.loads(contents["candles.json"])["close"][-1] == prediction.last_close

    made = artifacts(prediction.run_id)
    assert set(made) == {"price-forecast", "price-summary", "price-chart"}
    assert made["price-chart"].data == prediction.assets[0].url
    assert len(json.loads(made["price-forecast"].data)) == 12
    assert "# ETH/USDT, next 12 candles of 1h" in made["price-summary"].data
    assert "held lately" in made["price-summary"].data

    (rows,) = prediction.rows
    assert (rows.table, rows.count) == ("price_forecasts", 12)
    stored = Warehouse.default().read(price_forecasts)
    assert [row["step"] for row in stored] == list(range(1, 13))
    assert {row["run_id"] for row in stored} == {prediction.run_id}
    assert stored[0]["target_time"] == prediction.forecast[0].time
    assert stored[-1]["upper_95"] == prediction.forecast[-1].upper_95


def test_further_levels_lie_between_those_that_are_always_there(binance: Binance) -> None:
    prediction = predict_price({**BY_RULE, "levels": [50, 90, 95]})

    for step in prediction.forecast:
        assert list(step.levels) == ["50", "90", "95"]
        assert step.lower_80 < step.levels["50"].lower <= step.median <= step.levels["50"].upper < step.upper_80
        assert step.lower_95 < step.levels["90"].lower < step.lower_80
        assert (step.levels["95"].lower, step.levels["95"].upper) == (step.lower_95, step.upper_95)
    table = json.loads(artifacts(prediction.run_id)["price-forecast"].data)
    assert {"lower_50", "upper_90"} <= set(table[0])


def test_what_the_forecast_says_about_danger(binance: Binance) -> None:
    prediction = predict_price({**BY_RULE, "levels": [90]})

    risk, last = prediction.risk, prediction.forecast[-1]
    assert risk.value_at_risk_95 == pytest.approx(100 * (1 - last.levels["90"].lower / prediction.last_close))
    assert risk.expected_shortfall_95 > risk.value_at_risk_95 > 0
    assert 0.3 < (risk.probability_of_fall or 0) < 0.7
    assert risk.volatility is not None
    assert "Chance of a fall" in artifacts(prediction.run_id)["price-summary"].data


@pytest.mark.parametrize("model", ["random-walk", "volatility-scaled-random-walk"])
def test_a_model_can_be_asked_for_by_name(binance: Binance, model: str) -> None:
    prediction = predict_price({**MISSION_BODY, "model": model})

    assert prediction.facts.name == model
    assert prediction.facts.origin == "rule"
    assert (prediction.model == model) == (prediction.fallback is None)


def test_the_newest_sentiment_is_told_when_there_is_one(binance: Binance) -> None:
    missing = predict_price(BY_RULE)
    assert missing.sentiment is None
    assert "no score of BTC is stored" in (missing.sentiment_missing or "")

    now = datetime.now(UTC)
    for hours, score in ((30, -0.5), (3, 0.25)):
        store_sentiment(f"sentiment-{hours}", now - timedelta(hours=hours), score)
    found = predict_price(BY_RULE)

    assert found.sentiment is not None
    assert (found.sentiment.score, found.sentiment.run_id, found.sentiment_missing) == (0.25, "sentiment-3", None)
    assert 3 * 3600 <= found.sentiment.age_seconds < 3 * 3600 + 600
    assert "sentiment" in artifacts(found.run_id)["price-summary"].data.lower()


def test_an_old_score_of_sentiment_is_not_passed_off_as_new(binance: Binance) -> None:
    store_sentiment("old", datetime.now(UTC) - timedelta(days=3), 0.5)

    prediction = predict_price(BY_RULE)

    assert prediction.sentiment is None
    assert "the newest score of BTC is of" in (prediction.sentiment_missing or "")


def store_sentiment(run_id: str, computed_at: datetime, score: float) -> None:
    row = {
        "run_id": run_id,
        "symbol": "BTC",
        "computed_at": computed_at,
        "window_start": computed_at - timedelta(days=1),
        "window_end": computed_at,
        "score": score,
        "lower": score - 0.1,
        "upper": score + 0.1,
        "posts": 120,
        "effective_posts": 80.5,
        "volume": {"rss": 120},
        "model": "tf-idf",
        "model_version": "1",
        "sources": [],
    }
    Warehouse.default().publish(sentiment_scores, [row], run_id=run_id)


def test_without_network_the_recorded_sample_serves_and_says_so(no_network: None) -> None:
    prediction = predict_price(BY_RULE)

    assert prediction.data_source.startswith("recorded sample (network unavailable: no connection to 127.0.0.1")
    assert prediction.historical
    assert prediction.issued_at.year == 2021
    assert prediction.quote == "USD"
    assert any("recorded candles of 2021-10-07 to 2021-12-29" in warning for warning in prediction.warnings)
    assert "Prices are in USD; USDT was asked for." in prediction.warnings
    made = artifacts(prediction.run_id)
    assert "Recorded sample, not today's market" in made["price-summary"].data
    assert all("recorded sample" in artifact.description for artifact in made.values())
    assert {row["data_source"] for row in Warehouse.default().read(price_forecasts)} == {"sample"}


def test_without_network_other_coins_are_refused_clearly(no_network: None) -> None:
    with pytest.raises(NetworkAway, match="the recorded sample can't stand in: The recorded sample holds BTC only"):
        predict_price({"symbol": "ETH"})
    with pytest.raises(NetworkAway, match="15m is its shortest"):
        predict_price({"symbol": "BTC", "timeframe": "1m"})


def test_the_sample_can_be_asked_for(prefect_api: str) -> None:
    prediction = predict_price({"exchange": "sample", "timeframe": "4h", "quote": "USD", "model": "random-walk"})

    assert prediction.data_source == "recorded sample (asked for)"
    with pytest.raises(UnknownSymbol, match="BTC only"):
        predict_price({"exchange": "sample", "symbol": "ETH"})


def test_an_exchange_that_is_down_is_not_papered_over(binance: Binance) -> None:
    binance.troubles.extend([Trouble(503)] * 9)

    with pytest.raises(ExchangeUnavailable, match="HTTP 503"):
        predict_price(BY_RULE)


def test_a_new_coin_has_too_short_a_history(binance: Binance) -> None:
    binance.rows = binance.rows[-80:]

    with pytest.raises(ShortHistory, match="79 known prices are too few to forecast 24 steps ahead: at least 125"):
        predict_price(BY_RULE)


def test_a_horizon_beyond_the_data_is_refused(binance: Binance) -> None:
    binance.rows = binance.rows[-200:]

    with pytest.raises(ShortHistory, match="199 known prices are too few to forecast 168 steps ahead"):
        predict_price({"prediction_horizon": 168})


def test_a_price_that_never_moved_is_refused(binance: Binance) -> None:
    for row in binance.rows:
        row[1:5] = ["42.0"] * 4

    with pytest.raises(ConstantPrice, match="stood at 42 all"):
        predict_price(BY_RULE)


def test_prices_that_are_none_are_refused(binance: Binance) -> None:
    for row in binance.rows:
        row[4] = "NaN"

    with pytest.raises(NoCandles, match="unusable"):
        predict_price(BY_RULE)


def test_some_prices_that_are_none_are_dropped_and_told(binance: Binance) -> None:
    for row in binance.rows[500:520]:
        row[4] = "NaN"

    prediction = predict_price(BY_RULE)

    assert any("Dropped 20 bad and 0 duplicate candles." in warning for warning in prediction.warnings)
    assert len(prediction.forecast) == 24


def test_a_timeframe_that_the_exchange_lacks_is_refused(prefect_api: str) -> None:
    with pytest.raises(UnsupportedTimeframe, match="Kraken has no 3m candles: it offers 1m, 5m"):
        predict_price({"exchange": "kraken", "timeframe": "3m"})


def test_unknown_names_are_refused(binance: Binance) -> None:
    with pytest.raises(UnknownSymbol, match="NOPE/USDT"):
        predict_price({"symbol": "nope"})
    with pytest.raises(UnknownExchange, match="did you mean kraken"):
        predict_price({"exchange": "krakken"})


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"symbol": "₿itcoin💥"}, "symbol"),
        ({"symbol": ""}, "symbol"),
        ({"symbol": "BTC/USDT"}, "symbol"),
        ({"symbol": "../../etc/passwd"}, "symbol"),
        ({"symbol": "B" * 21}, "symbol"),
        ({"symbol": None}, "symbol"),
        ({"symbol": "BTC\n"}, "symbol"),
        ({"timeframe": "7m"}, "timeframe"),
        ({"timeframe": "1M"}, "timeframe"),
        ({"prediction_horizon": 0}, "prediction_horizon"),
        ({"prediction_horizon": 169}, "prediction_horizon"),
        ({"prediction_horizon": 2.5}, "prediction_horizon"),
        ({"quote": "US DT"}, "quote"),
        ({"exchange": "http://evil"}, "exchange"),
        ({"exchange": "__class__"}, "exchange"),
        ({"model": "oracle"}, "model"),
        ({"levels": [50] * 11}, "levels"),
        ({"surprise": 1}, "surprise"),
    ],
    ids=str,
)
def test_bad_requests_name_the_field(body: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        PricePredictionRequest.model_validate(body)
    assert [error["loc"] for error in caught.value.errors()] == [(field,)]


@pytest.mark.parametrize("level", [0, -50, 95.5, 99, 100, 1e9, float("nan"), "wide", 33.3])
def test_levels_beyond_what_is_calibrated_are_refused(level: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        PricePredictionRequest.model_validate({"levels": [50, level]})
    assert [error["loc"] for error in caught.value.errors()] == [("levels", 1)]


def test_a_request_needs_nothing_but_may_be_lower_case() -> None:
    assert PricePredictionRequest() == PricePredictionRequest(**MISSION_BODY)
    assert PricePredictionRequest(symbol="eth").symbol == "ETH"


def test_every_field_of_the_form_is_explained() -> None:
    properties = PricePredictionRequest.model_json_schema()["properties"]

    assert list(properties) == [*("symbol", "timeframe", "prediction_horizon", "quote", "exchange", "model", "levels")]
    assert all(field["description"] and field["examples"] for field in properties.values())
