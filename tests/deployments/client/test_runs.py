"""Asking for runs, and what is said of them."""

from uuid import uuid4

import pytest
from prefect.logging.handlers import APILogHandler
from pydantic import BaseModel

from deployments.client import Client, GatewayAway, Refused, RunNotCompleted
from deployments.client.errors import ClientError
from tests.conftest import free_port
from tests.deployments.client.served import OPEN, Count, Counted, Served, count, fail, wait

pytestmark = pytest.mark.gateway


def test_a_run_from_request_to_typed_result(served: Served, client: Client):
    run = client.submit(served.deploy(count), Count(upto=2, word="naïve ✓"), priority="high")
    assert (run.capability, run.state, run.is_final) == ("crypto", "Scheduled", False)
    with pytest.raises(RunNotCompleted, match="Scheduled") as caught:
        client.result(run.run_id)
    assert (caught.value.status, caught.value.type) == (409, "urn:aiflows:run-not-finished")
    served.perform(count, run.run_id)
    made = client.result(run.run_id, Counted)
    assert (made.numbers, made.word) == ([1, 2], "naïve ✓")
    shown = client.run(run.run_id)
    assert (shown.state, shown.is_final, shown.priority, shown.progress) == ("Completed", True, "high", 50.0)
    assert shown.started is not None
    assert shown.ended is not None
    assert shown.started <= shown.ended


def test_submit_waits_for_the_end(served: Served, client: Client):
    flow = served.deploy(count)
    first = client.submit(flow, {"upto": 1}, idempotency_key="the-same")
    worker = served.perform_later(count, first.run_id)
    run = client.submit(flow, {"upto": 1}, idempotency_key="the-same", wait=30)
    worker.join()
    assert (run.run_id, run.state, run.is_final) == (first.run_id, "Completed", True)
    assert run.result["numbers"] == [1]


def test_wait_gives_the_run_as_it_ended_or_as_it_stands(served: Served, client: Client):
    run = client.submit(served.deploy(wait), {})
    assert not client.wait(run.run_id, 0.2).is_final
    worker = served.perform_later(wait, run.run_id)
    OPEN.set()
    assert client.wait(run.run_id, 30).state == "Completed"
    worker.join()


def test_a_repeat_over_a_dropped_connection_finds_the_same_run(served: Served, client: Client):
    flow = served.deploy(count)
    client.flows()
    connections = served.wire.connections
    served.wire.lost_answers = 2
    run = client.submit(flow, {"upto": 1})
    assert served.wire.connections >= connections + 2
    ours = [found for found in client.runs(capability="crypto", limit=100) if found.flow == flow]
    assert [found.run_id for found in ours] == [run.run_id]


def test_problem_documents_become_errors(served: Served, client: Client):
    with pytest.raises(Refused, match="/request/upto: 11 is greater than the maximum of 10") as caught:
        client.submit(served.deploy(count), {"upto": 11, "colour": "red"})
    assert caught.value.status == 422
    assert [error["pointer"] for error in caught.value.errors] == ["/request/upto", "/request"]
    assert "'colour' was unexpected" in str(caught.value)
    with pytest.raises(Refused, match="no-such") as caught:
        client.submit("no-such", {})
    assert caught.value.status == 404
    with pytest.raises(Refused, match="There is no run"):
        client.run(uuid4())
    with pytest.raises(Refused, match="There is no run"):
        list(client.watch(uuid4()))


def test_a_failed_run_has_its_reason_and_no_result(served: Served, client: Client):
    run = client.submit(served.deploy(fail), {"upto": 4})
    served.perform(fail, run.run_id)
    assert client.wait(run.run_id, 5).state == "Failed"
    with pytest.raises(RunNotCompleted, match="can't count to 4"):
        client.result(run.run_id)


def test_cancel(served: Served, client: Client):
    run = client.submit(served.deploy(count), {})
    assert client.cancel(run.run_id) == [run.run_id]
    assert client.run(run.run_id).state in {"Cancelling", "Cancelled"}


def test_runs_are_filtered(served: Served, client: Client):
    flow = served.deploy(count)
    first, second = (client.submit(flow, {"upto": upto}) for upto in (1, 2))
    served.perform(count, first.run_id)
    before = client.run(first.run_id).created

    def ours(**filters) -> list:
        return [run.run_id for run in client.runs(limit=100, **filters) if run.flow == flow]

    assert ours() == [second.run_id, first.run_id]
    assert ours(state="Completed") == [first.run_id]
    assert ours(capability="fraud") == []
    assert ours(parent=first.run_id) == []
    assert second.run_id in ours(since=before)
    assert len(client.runs(limit=1)) == 1


def test_logs_come_page_after_page(served: Served, client: Client):
    run = client.submit(served.deploy(count), {"lines": 230})
    served.perform(count, run.run_id)
    APILogHandler().flush()
    lines = [line["message"] for line in client.logs(run.run_id)]
    ours = [line for line in lines if line.startswith("line ")]
    assert len(ours) == 230
    assert ours[0].startswith("line 0")
    watched = [event.data["message"] for event in client.watch(run.run_id, logs=True) if event.kind == "log"]
    assert watched == lines


def test_flows_show_what_they_take(served_alone: Served):
    name = served_alone.deploy(count)
    with Client(served_alone.url) as client:
        [found] = [one for one in client.flows() if one["name"] == name]
    assert found["capability"] == "crypto"
    assert "request" in found["request_schema"]["properties"]


def test_a_gateway_that_is_away():
    url = f"http://127.0.0.1:{free_port()}"
    with Client(url, patience=0.3) as client:
        with pytest.raises(GatewayAway, match=rf"{url} does not answer .*make up"):
            client.submit("predict-price", {})
        with pytest.raises(GatewayAway, match="AIFLOWS_URL"):
            list(client.watch(uuid4()))


def test_an_address_or_key_that_can_be_none():
    with pytest.raises(ClientError, match="http://host:port"):
        Client("localhost:8000")
    with pytest.raises(ClientError, match="AIFLOWS_API_KEY") as caught:
        Client("http://localhost", api_key="sécret")
    assert "sécret" not in str(caught.value)


def test_an_api_key(served_alone: Served, monkeypatch: pytest.MonkeyPatch):
    served = served_alone
    flow = served.deploy(count)
    with Client(served.url) as nobody:
        run = nobody.submit(flow, {})
        _, other = served.keys.add("other", frozenset({"fraud"}))
        _, admin = served.keys.add("admin", frozenset({"admin"}))
        with pytest.raises(Refused) as caught:
            nobody.flows()
    assert caught.value.status == 401
    with Client(served.url, api_key=other) as stranger:
        with pytest.raises(Refused) as caught:
            stranger.submit(flow, {})
        assert caught.value.status == 403
        with pytest.raises(Refused, match="There is no run"):
            stranger.run(run.run_id)
    monkeypatch.setenv("AIFLOWS_API_KEY", admin)
    with Client() as known:
        assert known.run(run.run_id).run_id == run.run_id


class NotThis(BaseModel):
    something: int


def test_a_result_that_is_of_another_kind(served: Served, client: Client):
    run = client.submit(served.deploy(count), {})
    served.perform(count, run.run_id)
    with pytest.raises(ValueError, match="something"):
        client.result(run.run_id, NotThis)
