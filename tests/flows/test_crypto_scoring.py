"""score_forecasts from end to end: forecasts in the warehouse, candles of a Binance on loopback, the track record."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from blocks.asset_store import AssetStore
from blocks.exchange import Exchange
from blocks.saved_block import forget_remembered_blocks
from blocks.warehouse import Warehouse
from blocks.warehouse.tables import forecast_scores, price_forecasts
from flows.crypto.scoring import ForecastScoring, score_forecasts
from tests.blocks.binance import HOUR, NOW, Binance, Trouble, candle_rows
from tests.flows.test_crypto import artifacts, use_exchange
from tests.tasks.crypto.forecast_rows import forecast_rows

pytestmark = pytest.mark.crypto

NEWEST = datetime.fromtimestamp(NOW // HOUR * HOUR / 1000, UTC)
ISSUED = NEWEST - timedelta(hours=30)


@pytest.fixture
def binance(prefect_api: str) -> Iterator[Binance]:
    with Binance(candle_rows(400)) as server:
        use_exchange(server.url)
        yield server
    Exchange.delete("default")
    forget_remembered_blocks()


def close_at(server: Binance, time: datetime) -> float:
    opened = time.timestamp() * 1000 - HOUR
    return next(float(row[4]) for row in server.rows if row[0] == opened)


def publish(
    server: Binance, run_id: str, issued: datetime = ISSUED, shape: dict[str, Any] | None = None, **changes: Any
) -> None:
    rows = [row | changes for row in forecast_rows(run_id, issued, close_at(server, issued), **(shape or {}))]
    Warehouse.default().publish(price_forecasts, rows, run_id=run_id)


def scores() -> list[dict[str, Any]]:
    return Warehouse.default().read(select(forecast_scores).order_by(forecast_scores.c.step, forecast_scores.c.symbol))


def test_what_came_is_compared_with_what_was_said(binance: Binance) -> None:
    publish(binance, "forecast-1")

    scoring = score_forecasts({})

    assert isinstance(scoring, ForecastScoring)
    assert (scoring.due, scoring.scored, scoring.gaps, scoring.waiting) == (24, 24, 0, 0)
    made = Warehouse.default().read(select(price_forecasts).order_by(price_forecasts.c.step))
    last = close_at(binance, ISSUED)
    for row, forecast in zip(scores(), made, strict=True):
        actual = close_at(binance, row["target_time"])
        assert (row["forecast_run_id"], row["run_id"], row["actual"]) == ("forecast-1", scoring.run_id, actual)
        assert row["random_walk_error"] == pytest.approx(100 * abs(actual / last - 1))
        assert row["absolute_error"] == pytest.approx(100 * abs(actual - forecast["median"]) / last)
        assert row["inside_80"] == (forecast["lower_80"] <= actual <= forecast["upper_80"])
        assert row["inside_95"] == (forecast["lower_95"] <= actual <= forecast["upper_95"])
        assert 0 < row["crps"] <= 2 * max(row["absolute_error"], 1)
        assert row["random_walk_crps"] != row["crps"]
    assert ForecastScoring.model_validate_json(scoring.model_dump_json()) == scoring


def test_scored_once_whoever_comes_again(binance: Binance) -> None:
    publish(binance, "forecast-1")
    score_forecasts({})
    before = scores()

    again = score_forecasts({})

    assert (again.due, again.scored) == (0, 0)
    assert scores() == before


def test_two_runs_at_once_leave_each_step_once(binance: Binance) -> None:
    for number in range(5):
        publish(binance, f"forecast-{number}", ISSUED - timedelta(hours=number))

    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda context: context.run(score_forecasts, {}), [copy_context(), copy_context()]))

    assert sum(run.scored for run in runs) == 5 * 24
    assert len({(row["forecast_run_id"], row["step"]) for row in scores()}) == len(scores()) == 5 * 24


def test_steps_are_scored_as_their_time_comes(binance: Binance) -> None:
    soon = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
    binance.rows = candle_rows(400, now=int(soon.timestamp() * 1000))
    binance.now = binance.rows[-1][0] + HOUR // 2
    publish(binance, "forecast-1", soon)

    scoring = score_forecasts({})

    assert scoring.due >= 2, "two of the hours have passed"
    assert scoring.scored == 0, "the exchange has not published them"
    assert scoring.waiting == scoring.due
    assert scores() == []


def test_gaps_are_told_from_what_is_late(binance: Binance) -> None:
    binance.rows = [row for row in binance.rows if row[0] != int((ISSUED + timedelta(hours=2)).timestamp() * 1000)]
    publish(binance, "forecast-1", shape={"steps": 6})

    scoring = score_forecasts({})

    assert (scoring.scored, scoring.gaps) == (6, 1)
    assert [row["step"] for row in scores() if row["actual"] is None] == [3]
    assert any("fell into gaps" in warning for warning in scoring.warnings)
    assert score_forecasts({}).due == 0, "a gap is not looked for again"


def test_an_exchange_that_is_away_is_a_warning_and_its_steps_stay_due(binance: Binance) -> None:
    publish(binance, "forecast-1")
    binance.troubles.extend([Trouble(503)] * 20)

    scoring = score_forecasts({})

    assert (scoring.scored, scoring.waiting) == (0, 24)
    assert any("BTC/USDT 1h on binance: its forecasts stay due." in warning for warning in scoring.warnings)
    binance.troubles.clear()
    assert score_forecasts({}).scored == 24


def test_what_cannot_be_scored_is_never_due(binance: Binance) -> None:
    publish(binance, "sample", exchange="sample", data_source="sample")
    publish(binance, "old", quantiles=None, last_close=None)

    assert score_forecasts({}).due == 0


def test_many_coins_of_one_run_are_scored_each_against_its_own_candles(binance: Binance) -> None:
    publish(binance, "batch", shape={"symbols": ("BTC", "ETH"), "steps": 3})

    scoring = score_forecasts({})

    assert scoring.scored == 6
    assert {row["symbol"] for row in scores()} == {"BTC", "ETH"}
    assert len(binance.asked("/klines")) == 2, "one question a market"


def test_the_track_record_is_a_page_and_on_the_runs_page(binance: Binance) -> None:
    now = datetime.now(UTC)
    recent = now.replace(minute=0, second=0, microsecond=0) - timedelta(days=3)
    binance.rows = candle_rows(400, now=int(now.timestamp() * 1000))
    binance.now = int(now.timestamp() * 1000)
    publish(binance, "one", recent)
    publish(binance, "two", recent + timedelta(hours=1), model="<script>alert(1)</script>")
    publish(binance, "three", recent, random_walk_quantiles=None, symbol="ETH")

    scoring = score_forecasts({"days": 30})

    records = {(record.model, record.symbol): record for record in scoring.track_record.records}
    one = records["volatility-scaled-random-walk", "BTC"]
    mine = [row for row in scores() if row["forecast_run_id"] == "one"]
    assert (one.forecasts, one.steps) == (1, 24)
    assert one.mae == pytest.approx(sum(row["absolute_error"] for row in mine) / 24)
    assert one.coverage_80 == pytest.approx(sum(row["inside_80"] for row in mine) / 24)
    crps, walk = (sum(row[name] for row in mine) for name in ("crps", "random_walk_crps"))
    assert one.crps_skill == pytest.approx(1 - crps / walk)
    assert records["volatility-scaled-random-walk", "ETH"].crps_skill is None
    assert sum(day.steps for day in scoring.track_record.coverage) == 72
    (asset,) = scoring.assets
    with AssetStore.default().open(asset.uri) as stream:
        page = stream.read().decode()
    assert (asset.name, asset.media_type) == ("track-record.html", "text/html")
    assert "<script>" not in page
    assert page.count("<svg") == 2
    assert "src=" not in page
    made = artifacts(scoring.run_id)
    assert "volatility-scaled-random-walk" in made["track-record"].data
    assert json.loads(scoring.model_dump_json())["track_record"]["records"]


def test_nothing_scored_is_said(binance: Binance) -> None:
    scoring = score_forecasts({})

    assert scoring.track_record.records == []
    assert "No forecast has been scored" in artifacts(scoring.run_id)["track-record"].data


@pytest.mark.parametrize("body", [{"limit": 0}, {"days": 0}, {"days": 731}, {"surprise": 1}], ids=str)
def test_bad_requests_are_refused(body: dict[str, Any]) -> None:
    from pydantic import ValidationError

    from flows.crypto.scoring import ForecastScoringRequest

    with pytest.raises(ValidationError):
        ForecastScoringRequest.model_validate(body)
