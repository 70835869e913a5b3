"""What an orchestration's page shows."""

import pytest

from tasks.orchestration.child import ChildState, ChildStatus
from tasks.orchestration.schedule import Ended, Step
from tasks.orchestration.summary import markdown_of

pytestmark = pytest.mark.orchestration

RUN = "0b8e6a52-0000-4000-8000-000000000000"


def step(name: str, *needs: str) -> Step:
    return Step(name, "count/interactive", {}, frozenset(needs), lambda params: params)


@pytest.mark.usefixtures("prefect_api")
def test_a_row_a_task_with_its_run_and_what_it_waited_for():
    shown = markdown_of(
        [step("end"), step("b", "end"), step("c", "b")],
        {
            "end": Ended(ChildStatus(ChildState.COMPLETED, None, 1.26, RUN), {}),
            "b": Ended(ChildStatus(ChildState.FAILED, "bad luck", 0.5, RUN)),
            "c": Ended(reason="skipped, as it needs b"),
        },
    )
    assert "| end | count/interactive |  | ✓ completed | 1.3 | [0b8e6a52](http" in shown
    assert f"/runs/flow-run/{RUN}) |" in shown
    assert "| b | count/interactive | end | ✗ failed: `bad luck` | 0.5 |" in shown
    assert "| c | count/interactive | b | - skipped: `skipped, as it needs b` |  |  |" in shown


def test_what_an_error_quotes_has_no_effect():
    hostile = "![x](http://evil.example/p.png) | <img src=x> `code`\nsecond line"
    shown = markdown_of([step("a")], {"a": Ended(ChildStatus(ChildState.FAILED, hostile))})
    row = next(line for line in shown.splitlines() if line.startswith("| a "))
    assert row.count("`") == 2
    assert row.replace("\\|", "").count("|") == 7
    assert "second line" not in shown
