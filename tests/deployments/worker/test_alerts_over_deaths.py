"""A run that is killed while it raises alerts and starts again has raised each of them once."""

from pathlib import Path
from typing import Any

import pytest

from blocks.alert_store import AlertFilter, AlertStore
from blocks.payment_store import PaymentStore

pytestmark = [pytest.mark.worker, pytest.mark.fraud]

SUBJECTS = 40


@pytest.mark.parametrize(
    ("database", "moment"),
    [
        ("postgresql", "half-way"),
        ("postgresql", "before the commit"),
        ("postgresql", "after the commit"),
        ("sqlite", "half-way"),
    ],
)
def test_each_alert_is_raised_once(
    warm: Any, request: pytest.FixtureRequest, tmp_path: Path, database: str, moment: str
) -> None:
    sqlite = f"sqlite:///{tmp_path / 'warehouse.db'}"
    url = sqlite if database == "sqlite" else request.getfixturevalue("database_url")
    payments = PaymentStore(url)
    payments.migrate()
    variables = {"restarts": 1, "env": {"WAREHOUSE_URL": url}}
    deployment = warm.deploy("raise_and_die", module="raising_flow", **variables)
    parameters = {"moment": moment, "marker": str(tmp_path / "marker"), "subjects": SUBJECTS}
    run = warm.wait(warm.submit(deployment, **parameters), seconds=30)
    assert run.state.name == "Completed"
    assert "Restarting" in warm.names(run.id), "its process was killed"
    store = AlertStore(payments)
    alerts = store.alerts(AlertFilter(), limit=1000)
    assert sorted(alert.subject for alert in alerts) == sorted(f"customer {n}" for n in range(SUBJECTS))
    assert {alert.hits for alert in alerts} == {2}
    events = store.events(0, None, limit=1000)
    assert [event.event for event in events] == ["raised"] * SUBJECTS, "each is told to webhooks once"
    assert {event.alert_id for event in events} == {alert.alert_id for alert in alerts}
