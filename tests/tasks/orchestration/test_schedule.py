"""The order in which tasks run, with children in threads and no server."""

import threading
from typing import Any

import pytest
from prefect.client.schemas.objects import State
from prefect.exceptions import TerminationSignal
from prefect.states import Completed, Failed
from pydantic import BaseModel, ConfigDict

from tasks.orchestration.child import Cancelling, ChildState, ChildStatus
from tasks.orchestration.inline_children import InlineChildren
from tasks.orchestration.params import check_resolved
from tasks.orchestration.schedule import Ended, Schedule, Step

pytestmark = pytest.mark.orchestration


class Wanted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: int = 0


def step(name: str, *needs: str, flow: str = "count", **params: Any) -> Step:
    return Step(name, flow, params, frozenset(needs), lambda params: check_resolved(params, Wanted))


def run(*steps: Step, **flows: Any) -> dict[str, Ended]:
    reports: list[float] = []
    with InlineChildren({"count": count, **flows}) as children:
        ended = Schedule(steps, children).run(reports.append)
    assert reports == sorted(reports)
    assert reports[-1] == 100
    return ended


def count(name: str, request: dict[str, Any]) -> State[Any]:
    if request.get("number") == 13:
        return Failed(message="bad luck")
    return Completed(data={"name": name, "number": request.get("number", 0) + 1})


def test_independent_tasks_run_at_the_same_time():
    together = threading.Barrier(3, timeout=10)

    def meet(name: str, request: dict[str, Any]) -> State[Any]:
        together.wait()
        return count(name, request)

    ended = run(*(step(name, flow="meet") for name in "abc"), meet=meet)
    assert {one.word for one in ended.values()} == {"completed"}


def test_a_chain_given_backwards_runs_forwards():
    ended = run(
        step("c", "b", number={"$from": "/tasks/b/result/number"}),
        step("b", "a", number={"$from": "/tasks/a/result/number"}),
        step("a", number=5),
    )
    assert [ended[name].result["number"] for name in "abc"] == [6, 7, 8]


def test_failures_skip_their_dependents_alone():
    ended = run(
        step("bad", number=13),
        step("after", "bad"),
        step("last", "after", "good"),
        step("good"),
        step("unfit", "good", number={"$from": "/tasks/good/result/name"}),
    )
    assert {name: one.word for name, one in ended.items()} == {
        "bad": "failed",
        "after": "skipped",
        "last": "skipped",
        "good": "completed",
        "unfit": "failed",
    }
    assert ended["bad"].error == "bad luck"
    assert "bad failed" in str(ended["after"].error)
    assert "after skipped" in str(ended["last"].error)
    assert "number: Input should be a valid integer" in str(ended["unfit"].error)
    assert ended["good"].error is None


def test_a_flow_that_can_not_be_called_fails_its_own_task():
    def broken(name: str, request: dict[str, Any]) -> State[Any]:
        raise ConnectionError("no server")

    ended = run(step("broken", flow="broken"), step("good"), broken=broken)
    assert ended["good"].word == "completed"
    assert (ended["broken"].word, ended["broken"].error) == ("crashed", "ConnectionError: no server")


def test_a_value_that_grew_too_large_is_refused_before_the_child_starts():
    def shout(name: str, request: dict[str, Any]) -> State[Any]:
        return Completed(data="x" * 300_000)

    ended = run(step("loud", flow="shout"), step("next", "loud", number={"$from": "/tasks/loud/result"}), shout=shout)
    assert "more than 262,144" in str(ended["next"].error)


class Interrupted(InlineChildren):
    """Children whose parent is cancelled once they run."""

    cancelled: tuple[str, ...] = ()

    def ended(self, children: Any) -> dict[str, ChildStatus]:
        raise Cancelling

    def cancel(self, children: Any) -> None:
        self.cancelled = tuple(children)


def test_a_cancelled_parent_tells_the_children_that_run():
    with Interrupted({"count": count}) as children, pytest.raises(Cancelling):
        Schedule([step("a"), step("b"), step("later", "a")], children).run(lambda _: None)
    assert children.cancelled == ("a", "b")


@pytest.mark.parametrize(("parent_cancelled", "told"), [(True, ("a", "b")), (False, ())])
def test_a_parent_whose_process_is_ended_tells_its_children_only_where_it_is_cancelled(
    parent_cancelled: bool, told: tuple[str, ...]
):
    class Terminated(Interrupted):
        """Children whose parent's process is told to end while it waits."""

        asked = 0

        def ended(self, children: Any) -> dict[str, ChildStatus]:
            self.asked += 1
            if self.asked == 1:
                raise TerminationSignal(signal=15)
            if parent_cancelled:
                raise Cancelling
            return {}

    with Terminated({"count": count}) as children, pytest.raises(TerminationSignal):
        Schedule([step("a"), step("b")], children).run(lambda _: None)
    assert children.cancelled == told


def test_the_state_says_why_where_it_has_nothing_to_say_itself():
    assert Ended(ChildStatus(ChildState.CRASHED)).error == "crashed"
