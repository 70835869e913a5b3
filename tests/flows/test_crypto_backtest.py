"""backtest_forecaster from end to end: a file of candles, every forecast as parquet, and what is refused."""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pydantic import ValidationError

from blocks.asset_store import AssetStore
from flows.crypto.backtest import Backtest, BacktestRequest, backtest_forecaster
from models.forecasting import LEVELS
from models.forecasting.backtest import LeakingBacktest
from tasks.crypto.backtest import BacktestRefused
from tasks.crypto.training_candles import TooFewCandles
from tests.flows.test_crypto import artifacts
from tests.tasks.crypto.candle_files import candle_frame, parquet

if TYPE_CHECKING:
    import pandas as pd

pytestmark = pytest.mark.crypto

COLUMNS = ["symbol", "issued_at", "step", "target_time", *(f"q{level:g}" for level in LEVELS), "actual", "model"]
RULES = ["volatility-scaled-random-walk", "random-walk", "seasonal-naive"]


def upload(frame: "pd.DataFrame", name: str = "candles.parquet") -> str:
    return AssetStore.default().put(f"uploads/1/{name}", parquet(frame), "application/octet-stream").uri


def forecasts(backtest: Backtest) -> "pd.DataFrame":
    import pandas as pd

    (asset,) = [asset for asset in backtest.assets if asset.name == "forecasts.parquet"]
    with AssetStore.default().open(asset.uri) as stream:
        return pd.read_parquet(BytesIO(stream.read()))


@pytest.fixture(scope="module")
def frame() -> "pd.DataFrame":
    return candle_frame(count=800)


def test_every_forecast_is_kept_and_measured(prefect_api: str, frame: "pd.DataFrame") -> None:
    request = {"candles": upload(frame), "start": "2025-01-15", "horizon": 6, "origin_step": 12, "models": RULES}

    backtest = backtest_forecaster(request)

    found = forecasts(backtest)
    assert list(found.columns) == COLUMNS
    assert len(found) == backtest.forecasts == 3 * 2 * len(found["issued_at"].unique()) * 6
    assert set(found["model"]) == set(RULES)
    assert found["issued_at"].min() == datetime(2025, 1, 15, tzinfo=UTC) == backtest.start
    assert (found["target_time"] - found["issued_at"] == timedelta(hours=1) * found["step"]).all()
    assert (np.diff(found[COLUMNS[4:15]].to_numpy(), axis=1) >= 0).all()
    closes = frame.assign(close_time=frame["date"] + timedelta(hours=1)).set_index(["symbol", "close_time"])["close"]
    came = closes.loc[list(zip(found["symbol"], found["target_time"], strict=True))].to_numpy()
    assert found["actual"].to_numpy() == pytest.approx(came, rel=1e-12)

    metrics = {one.model: one for one in backtest.metrics}
    walk = found[found["model"] == "random-walk"]
    inside = (walk["q0.1"] <= walk["actual"]) & (walk["actual"] <= walk["q0.9"])
    assert metrics["random-walk"].coverage_80 == pytest.approx(inside.mean())
    assert (metrics["random-walk"].mase, metrics["random-walk"].crps_skill) == (1, 0)
    assert metrics["seasonal-naive"].crps_skill < -0.1
    assert [one.crps for one in backtest.metrics] == sorted(one.crps for one in backtest.metrics)
    made = artifacts(backtest.run_id)
    assert {"backtest-metrics", "backtest-summary", "backtest-chart"} <= set(made)
    assert [row["model"] for row in json.loads(made["backtest-metrics"].data)] == list(metrics)
    assert [asset.name for asset in backtest.assets] == ["forecasts.parquet", "metrics.json", "backtest.png"]
    assert Backtest.model_validate_json(backtest.model_dump_json()) == backtest


def test_what_comes_later_changes_no_forecast(prefect_api: str, frame: "pd.DataFrame") -> None:
    early = frame[frame["date"] < "2025-01-25"]
    body = {"start": "2025-01-16", "horizon": 12, "origin_step": 24, "models": RULES}

    short = forecasts(backtest_forecaster({"candles": upload(early, "early.parquet"), **body}))
    whole = forecasts(backtest_forecaster({"candles": upload(frame), **body}))

    both = short.merge(whole, on=["symbol", "issued_at", "step", "model"], suffixes=("", "_whole"))
    assert len(both) == len(short) > 0
    for level in COLUMNS[4:15]:
        assert (both[level] == both[f"{level}_whole"]).all(), "bit by bit"


def test_a_network_is_not_judged_by_what_it_was_trained_on(prefect_api: str, frame: "pd.DataFrame") -> None:
    body = {"candles": upload(frame), "horizon": 6, "models": ["lstm"]}
    with pytest.raises(LeakingBacktest, match=r"lstm was trained until 2025-09-19.*Start the backtest at 2025-09-20"):
        backtest_forecaster({**body, "start": "2025-01-20", "train_anew": False})
    with pytest.raises(TooFewCandles, match=r"have seen the time asked for.*too few to train others on"):
        backtest_forecaster({**body, "start": "2025-01-05"})
    with pytest.raises(BacktestRefused, match="No forecast of 6 steps fits"):
        backtest_forecaster(body)


def test_a_network_that_has_seen_the_time_is_trained_anew_without_it(prefect_api: str) -> None:
    body = {"start": "2025-03-20", "horizon": 6, "origin_step": 24, "models": ["lstm", "random-walk"]}

    backtest = backtest_forecaster({"candles": upload(candle_frame(count=2000)), **body})

    [told] = backtest.warnings
    assert told.startswith("lstm was trained for this backtest on BTC, ETH until 2025-03-19 18:00 UTC")
    assert {one.model: one.version for one in backtest.metrics}["lstm"].startswith("2025-03-19-")
    assert forecasts(backtest)["issued_at"].min() == datetime(2025, 3, 20, tzinfo=UTC)


def test_networks_walk_through_candles_that_came_after_their_training(prefect_api: str) -> None:
    later = candle_frame(("BTC", "NEW"), 700, start="2025-11-01")

    backtest = backtest_forecaster(
        {"candles": upload(later), "horizon": 6, "origin_step": 36, "models": ["lstm", "transformer", "ensemble"]}
    )

    found = forecasts(backtest)
    assert set(found["model"]) == {"lstm", "transformer", "ensemble"}
    assert {one.model for one in backtest.metrics} == {"lstm", "transformer", "ensemble", "random-walk"}
    assert backtest.provenance.weights_sha256
    assert found["issued_at"].min() > datetime(2025, 9, 20, tzinfo=UTC)


def test_a_gap_is_no_outcome(prefect_api: str, frame: "pd.DataFrame") -> None:
    gone = frame["date"].between("2025-01-20 03:00", "2025-01-20 08:00")
    request = {"candles": upload(frame[~gone]), "start": "2025-01-19", "end": "2025-01-22", "horizon": 4}

    backtest = backtest_forecaster({**request, "origin_step": 1, "models": ["random-walk"]})

    found = forecasts(backtest)
    hole = found["target_time"].between("2025-01-20 04:00", "2025-01-20 09:00")
    assert hole.any()
    assert found.loc[hole, "actual"].isna().all()
    assert not found["issued_at"].between("2025-01-20 04:00", "2025-01-20 09:00").any()
    assert backtest.metrics[0].outcomes == int((~hole).sum())
    assert found["target_time"].max() == datetime(2025, 1, 22, tzinfo=UTC)


def test_coins_without_room_for_a_forecast_are_told(prefect_api: str, frame: "pd.DataFrame") -> None:
    import pandas as pd

    young = candle_frame(("NEW",), 60).assign(date=lambda rows: rows["date"] + pd.Timedelta(days=30))
    request = {"candles": upload(pd.concat([frame, young])), "horizon": 6, "models": ["random-walk"]}

    backtest = backtest_forecaster(request)

    assert backtest.warnings == ["NEW was left out: no forecast of it fits into the time asked for."]


def test_too_much_is_refused_before_it_starts(prefect_api: str) -> None:
    many = candle_frame(tuple(f"C{number}" for number in range(20)), 900)
    with pytest.raises(BacktestRefused, match="forecast steps are more than 3,000,000"):
        backtest_forecaster({"candles": upload(many), "horizon": 168, "origin_step": 1, "models": RULES})


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"candles": "file:///etc/passwd"}, "candles"),
        ({"models": []}, "models"),
        ({"models": ["auto"]}, "models"),
        ({"origin_step": 0}, "origin_step"),
        ({"horizon": 169}, "horizon"),
        ({"start": "yesterday"}, "start"),
        ({"surprise": 1}, "surprise"),
    ],
    ids=str,
)
def test_bad_requests_name_the_field(body: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        BacktestRequest.model_validate({"candles": "asset://uploads/1/a.csv", **body})
    assert {error["loc"][0] for error in caught.value.errors()} == {field}


def test_a_window_runs_forward() -> None:
    with pytest.raises(ValidationError, match="start must be before end"):
        BacktestRequest(candles="asset://uploads/1/a.csv", start="2025-02-01", end="2025-02-01T00:00:00+00:00")
