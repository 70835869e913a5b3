"""Waiting for a task: how it ends, failures, cancelling, and states that make no sense."""

from typing import Any

import pytest

from blocks.video_provider import (
    AnswerUnreadable,
    Blocked,
    Cancelled,
    Failed,
    Finished,
    ProviderAway,
    ProviderRefused,
    StillRunning,
    TaskUnknown,
    Waiting,
)
from tests.blocks.video_provider.asking import ask, provider
from tests.blocks.video_provider.runway_server import Runway, Trouble, error, state

pytestmark = [pytest.mark.blocks, pytest.mark.video]


@pytest.mark.parametrize(
    ("code", "stage", "words"),
    [
        ("SAFETY.INPUT.TEXT", "input", "refused the request (SAFETY.INPUT.TEXT)"),
        ("SAFETY.OUTPUT.VIDEO", "output", "refused what was drawn"),
        ("INPUT_PREPROCESSING.SAFETY.TEXT", "input", "refused the request"),
        ("SAFETY", None, "or what was drawn"),
    ],
)
def test_moderation_is_an_outcome_and_no_error(runway: Runway, code: str, stage: str | None, words: str) -> None:
    block = provider(runway)
    runway.states.append(state("FAILED", failure="the secret prompt", failureCode=code))
    found = block.wait(block.submit(ask()).task_id)
    assert isinstance(found, Blocked)
    assert (found.stage, found.code, found.credits) == (stage, code, 60)
    assert words in found.reason
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    ("code", "told", "again"),
    [
        ("INTERNAL.BAD_OUTPUT.CODE01", "INTERNAL.BAD_OUTPUT.CODE01", True),
        ("INPUT_PREPROCESSING.INTERNAL", "INPUT_PREPROCESSING.INTERNAL", True),
        ("ASSET.INVALID", "ASSET.INVALID", False),
        ("the secret prompt", None, True),
        (None, None, True),
    ],
)
def test_a_failure_says_whether_to_ask_again(runway: Runway, code: str | None, told: str | None, again: bool) -> None:
    block = provider(runway)
    runway.states.append(state("FAILED", failure="the secret prompt", failureCode=code))
    found = block.wait(block.submit(ask()).task_id)
    assert isinstance(found, Failed)
    assert (found.code, found.again, found.credits) == (told, again, 60)
    assert ("Ask again" in found.reason) == again
    assert "secret" not in repr(found) + found.reason


def test_a_task_is_cancelled_at_the_provider(runway: Runway) -> None:
    block = provider(runway)
    task = block.submit(ask()).task_id
    block.cancel(task)
    assert runway.asked[-1][:2] == ("DELETE", f"/v1/tasks/{task}")
    found = block.wait(task)
    assert isinstance(found, Cancelled)
    assert found.credits == 60
    runway.tasks.clear()
    block.cancel(task)  # is as it should be
    with pytest.raises(TaskUnknown, match=f"no task {task}"):
        block.poll(task)
    for odd in ("", "../organization", "a" * 101, "a?b"):
        for call in (block.poll, block.cancel):
            with pytest.raises(ProviderRefused, match="no task id"):
                call(odd)


def test_waiting_ends_in_time_or_when_a_listener_says_so_and_the_task_goes_on(runway: Runway) -> None:
    block = provider(runway, longest_wait=0.05)
    task = block.submit(ask()).task_id
    runway.states += [state("THROTTLED")] * 50
    with pytest.raises(StillRunning, match=f"{task} was throttled.*goes on at the provider"):
        block.wait(task)

    class Enough(Exception):
        pass

    def stop(_: Waiting) -> None:
        raise Enough

    with pytest.raises(Enough):
        block.wait(task, stop)
    assert not any(method == "DELETE" for method, _, _ in runway.asked)
    runway.states.clear()
    assert isinstance(block.wait(task), Finished)


def test_polls_go_on_over_troubles_of_the_way(runway: Runway) -> None:
    block = provider(runway, attempts=5)
    task = block.submit(ask()).task_id
    soon = {"Retry-After": "0.01"}
    runway.trouble("/v1/tasks", error(500, **soon), error(429, **soon), Trouble(cut="before"), error(502, **soon))
    assert isinstance(block.poll(task), Finished)
    runway.trouble("/v1/tasks", *[error(500, **soon)] * 5)
    with pytest.raises(ProviderAway, match=rf"after 5 attempts \(HTTP 500\). Task {task} goes on there"):
        block.poll(task)


@pytest.mark.parametrize(
    "said",
    [
        {"status": "DREAMING"},
        {"status": "SUCCEEDED", "output": []},
        {"status": 7},
        {"status": "SUCCEEDED", "output": ["x"], "cost": {"credits": -1}},
    ],
)
def test_a_state_that_makes_no_sense_is_not_believed(runway: Runway, said: dict[str, Any]) -> None:
    block = provider(runway)
    task = block.submit(ask()).task_id
    runway.states.append(said)
    with pytest.raises(AnswerUnreadable, match=task):
        block.wait(task)
