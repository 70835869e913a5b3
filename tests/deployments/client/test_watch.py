"""Following a run over a connection that breaks."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from deployments.client import Client, RunEvent
from tests.deployments.client.served import OPEN, Served, count, wait

pytestmark = pytest.mark.gateway


def test_a_run_is_followed_across_a_broken_connection(served: Served, client: Client):
    run = client.submit(served.deploy(wait), {"word": "again"})
    worker = served.perform_later(wait, run.run_id)
    events = client.watch(run.run_id)
    seen = list(until_running(events))
    connections = served.wire.connections
    served.wire.cut()
    OPEN.set()
    seen += events
    worker.join()
    assert served.wire.connections > connections
    states = [event.data["state"] for event in seen if event.kind == "state"]
    assert [state for state in states if state != "Pending"] == ["Scheduled", "Running", "Completed"]
    assert [event.data["progress"] for event in seen if event.kind == "progress"] == [10.0]
    assert seen[-1].kind == "end"
    assert seen[-1].data["run_id"] == str(run.run_id)


def until_running(events: Iterator[RunEvent]) -> Iterator[RunEvent]:
    for event in events:
        yield event
        if event.kind == "state" and event.data["state"] == "Running":
            return


def test_a_run_that_has_ended_is_told_whole(served: Served, client: Client):
    run = client.submit(served.deploy(count), {})
    served.perform(count, run.run_id)
    kinds = [event.kind for event in client.watch(run.run_id)]
    assert kinds.count("end") == 1
    assert kinds[-1] == "end"
    assert "progress" in kinds


def test_the_first_answer_may_get_lost(served: Served, client: Client):
    run = client.submit(served.deploy(count), {})
    served.perform(count, run.run_id)
    served.wire.lost_answers = 1
    assert [event.kind for event in client.watch(run.run_id)][-1] == "end"


def test_who_may_not_watch_is_told_at_once(served_alone: Served):
    served_alone.keys.add("admin", frozenset({"admin"}))
    with Client(served_alone.url) as nobody, pytest.raises(Exception, match="API key"):
        list(nobody.watch(uuid4()))
