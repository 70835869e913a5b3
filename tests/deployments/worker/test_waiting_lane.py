"""Parents that wait for children hold no executor."""

from typing import Any

import pytest

pytestmark = pytest.mark.worker


def test_more_waiting_parents_than_executors_finish_their_children(warm: Any) -> None:
    child = warm.deploy("noop")
    name = f"noop/{warm.client.read_deployment(child).name}"
    parents = warm.deploy("parent", lane="waiting")
    runs = [warm.submit(parents, child=name) for _ in range(6)]  # three times the executors
    assert [warm.wait(run, seconds=30).state.name for run in runs] == ["Completed"] * 6
