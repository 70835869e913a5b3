"""watch_forecasts from end to end: scores in the warehouse, candles of a Binance on loopback, the alarm."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.events import Event
from prefect.events.filters import EventFilter, EventNameFilter, EventRelatedFilter
from pydantic import ValidationError

from blocks.exchange import Exchange
from blocks.saved_block import forget_remembered_blocks
from blocks.warehouse import Warehouse
from blocks.warehouse.tables import forecast_scores
from flows.crypto.drift import ForecastWatch, ForecastWatchRequest, watch_forecasts
from tests.blocks.binance import Binance, candle_rows
from tests.blocks.score_rows import scores
from tests.flows.test_crypto import artifacts, use_exchange

pytestmark = pytest.mark.crypto

NO_FEATURES: dict[str, Any] = {"symbols": []}


def score(model: str, count: int, held_80: float, held_95: float = 0.95, days_ago: int = 2) -> None:
    """Scores of which these shares lie inside the intervals."""
    rows = [
        {
            **row,
            "forecast_run_id": model,
            "target_time": datetime.now(UTC) - timedelta(days=days_ago, minutes=number),
            "inside_80": int(number < held_80 * count),
            "inside_95": int(number < held_95 * count),
        }
        for number, row in enumerate(scores(f"scoring-{model}", range(1, count + 1), model=model))
    ]
    Warehouse.default().add(forecast_scores, rows, run_id=f"scoring-{model}")


def state_of(run_id: str) -> tuple[str, str]:
    with get_client(sync_client=True) as client:
        state = client.read_flow_run(run_id).state
    assert state is not None
    return state.type.value, state.name


def watch(body: dict[str, Any]) -> ForecastWatch:
    found = watch_forecasts(body)
    assert isinstance(found, ForecastWatch)
    return found


def test_intervals_that_hold_raise_no_alarm(prefect_api: str) -> None:
    score("lstm", 400, 0.79)

    found = watch(NO_FEATURES)

    assert (found.drifted, found.alarms) == (False, [])
    assert [(one.model, one.steps, one.judged) for one in found.coverage] == [("lstm", 400, True)]
    assert state_of(found.run_id) == ("COMPLETED", "Completed")
    assert "Nothing left its bounds" in artifacts(found.run_id)["forecast-drift"].data


@pytest.mark.parametrize(("held_80", "held_95"), [(0.65, 0.95), (0.95, 0.96), (0.8, 0.85)])
def test_intervals_that_no_longer_hold_raise_one(
    prefect_api: str, held_80: float, held_95: float, caplog: pytest.LogCaptureFixture
) -> None:
    score("lstm", 400, held_80, held_95)
    score("transformer", 400, 0.8)

    found = watch(NO_FEATURES)

    assert found.drifted
    assert [one.model for one in found.coverage if one.drifted] == ["lstm"]
    assert f"the 80 % interval held {held_80:.0%}" in found.alarms[0]
    assert state_of(found.run_id) == ("COMPLETED", "Drifted")
    assert any(
        record.levelname == "WARNING" and "Forecasts drifted" in record.getMessage() for record in caplog.records
    )
    assert "**lstm on 1h" in artifacts(found.run_id)["forecast-drift"].data
    assert ForecastWatch.model_validate_json(found.model_dump_json()) == found


def event_of(run_id: str, seconds: float = 30) -> Event:
    """The event that the server has stored for a run; it stores events in batches."""
    name = EventNameFilter(name=["forecast.drifted"])
    related = EventRelatedFilter(id=[f"prefect.flow-run.{run_id}"])
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with get_client(sync_client=True) as client:  # a filter ends at the moment it is made
            if found := client.read_events(filter=EventFilter(event=name, related=related), limit=1).events:
                return found[0]
        time.sleep(0.2)
    pytest.fail(f"the server has no event of run {run_id} after {seconds:.0f} s")


def test_the_alarm_is_an_event_that_an_automation_can_act_on(prefect_api: str) -> None:
    score("lstm", 400, 0.6)

    found = watch(NO_FEATURES)

    event = event_of(found.run_id)
    assert event.resource.id == "forecast.watch"
    assert event.payload["alarms"] == found.alarms
    assert [one["model"] for one in event.payload["coverage"]] == ["lstm"]


def test_few_or_old_outcomes_are_not_judged(prefect_api: str) -> None:
    score("lstm", 150, 0.5)
    score("transformer", 400, 0.5, days_ago=20)

    found = watch(NO_FEATURES)

    assert not found.drifted
    assert [one.model for one in found.coverage] == ["lstm"]
    assert any("coverage not judged: lstm on 1h" in warning for warning in found.warnings)


def test_nothing_to_look_at_is_said(prefect_api: str) -> None:
    found = watch({"model": "random-walk"})

    assert not found.drifted
    assert any("No forecast was scored" in warning for warning in found.warnings)
    assert any("random-walk was not trained" in warning for warning in found.warnings)


@pytest.fixture
def binance(prefect_api: str) -> Iterator[Binance]:
    now = int(datetime.now(UTC).timestamp() * 1000)
    with Binance(candle_rows(2900, now=now), now=now) as server:
        use_exchange(server.url)
        yield server
    Exchange.delete("default")
    forget_remembered_blocks()


def test_a_market_unlike_the_training_data_raises_an_alarm(binance: Binance) -> None:
    for row in binance.rows[::2]:  # every other candle a wide one: no market of the training did that
        row[2], row[3] = f"{float(row[2]) * 1.2:.8f}", f"{float(row[3]) * 0.8:.8f}"

    found = watch({"symbols": ["BTC", "NOPE"], "model": "lstm"})

    drifted = {one.feature: one.psi for one in found.features if one.drifted}
    assert drifted["range"] > 0.25
    assert any("range no longer looks like the training data" in alarm for alarm in found.alarms)
    assert {one.coins for one in found.features} == {1}
    assert "reference_return" not in {one.feature for one in found.features}, "Bitcoin has no other beside it"
    assert any(warning.startswith("Features of NOPE were not looked at") for warning in found.warnings)
    assert state_of(found.run_id)[1] == "Drifted"


@pytest.mark.parametrize("body", [{"days": 0}, {"fewest": 1}, {"model": "oracle"}, {"surprise": 1}], ids=str)
def test_bad_requests_are_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ForecastWatchRequest.model_validate(body)
