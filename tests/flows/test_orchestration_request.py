"""What an orchestration may be asked for, and what is said of what it may not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from flows.orchestration import OrchestrationRequest

pytestmark = pytest.mark.orchestration


def forecast(**more: Any) -> dict[str, Any]:
    return {"type": "crypto_prediction", "params": {"symbol": "ETH"}} | more


def errors(*tasks: Any, **more: Any) -> dict[str, str]:
    """Where the request is wrong, and what is said of it."""
    with pytest.raises(ValidationError) as refused:
        OrchestrationRequest.model_validate({"tasks": list(tasks)} | more)
    return {".".join(map(str, one["loc"])): one["msg"] for one in refused.value.errors()}


def test_an_unknown_type_is_told_which_there_are():
    said = errors({"type": "music_generation", "params": {"prompt": "..."}}, forecast(), priority="high")
    assert set(said) == {"tasks.0.type"}
    known = "crypto_prediction, fraud_detection, image_generation, video_generation"
    assert f"unknown type 'music_generation'; available: {known}" in said["tasks.0.type"]


def test_a_symbol_alone_suffices_and_ids_are_given():
    request = OrchestrationRequest.model_validate({"tasks": [forecast(), forecast(id="mine"), forecast()]})
    assert [task.id for task in request.tasks] == ["task-1", "mine", "task-3"]
    assert request.priority == "normal"


def test_params_are_judged_by_the_flows_own_request_at_their_own_place():
    said = errors(
        forecast(),
        {"type": "crypto_prediction", "params": {"symbol": "E/T", "prediction_horizon": 999, "nonsense": 1}},
        {"type": "fraud_detection", "params": {}},
    )
    assert set(said) == {
        "tasks.1.params.symbol",
        "tasks.1.params.prediction_horizon",
        "tasks.1.params.nonsense",
        "tasks.2.params",
    }
    assert "168" in said["tasks.1.params.prediction_horizon"]
    assert "exactly one of" in said["tasks.2.params"]


def test_an_error_keeps_the_bound_that_was_broken():
    with pytest.raises(ValidationError) as refused:
        OrchestrationRequest.model_validate({"tasks": [forecast(params={"prediction_horizon": 999})]})
    assert refused.value.errors()[0]["ctx"] == {"le": 168}


@pytest.mark.parametrize(
    ("tasks", "place", "says"),
    [
        ([forecast(id="a"), forecast(id="a")], "tasks.1.id", "more than one task is called a"),
        ([forecast(id="task-2"), forecast()], "tasks.1.id", "more than one task is called task-2"),
        ([forecast(id="A b")], "tasks.0.id", "pattern"),
        ([forecast(id="a", depends_on=["b"])], "tasks.0.depends_on", "there is no task b; the tasks are a"),
        (
            [forecast(params={"symbol": {"$from": "/tasks/b/result/symbol"}})],
            "tasks.0.params",
            "there is no task b",
        ),
        (
            [forecast(id="a", depends_on=["b"]), forecast(id="b", depends_on=["c"]), forecast(id="c", depends_on="a")],
            "tasks.2.depends_on",
            "valid tuple",
        ),
        (
            [forecast(id="a", depends_on=["b"]), forecast(id="b", params={"symbol": {"$from": "/tasks/a/result"}})],
            "tasks",
            "tasks wait for each other",
        ),
        ([forecast(id="a", depends_on=["a"])], "tasks", "tasks wait for each other: a -> a"),
        ([], "tasks", "at least one task"),
        ([forecast()] * 51, "tasks", "at most 50"),
        ([forecast(params={"symbol": {"$ref": "#/tasks/a/result/b"}})], "tasks.0.params", '"$from"'),
        ([forecast(params={"symbol": {"$from": "tasks/a"}})], "tasks.0.params", "is not a reference"),
        ([forecast(params={"symbol": {"$from": "/tasks/a/result", "or": 1}})], "tasks.0.params", "nothing beside it"),
        ([forecast(params={"symbol": {"$from": 3}})], "tasks.0.params", "is not a reference"),
        ([forecast(params={"symbol": {"$from": "/tasks/a/result/~7"}})], "tasks.0.params", "is not a reference"),
        ([forecast(params=["symbol"])], "tasks.0.params", "valid dictionary"),
        ([forecast(surprise=1)], "tasks.0.surprise", "not permitted"),
        ([{"params": {}}], "tasks.0.type", "required"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(tasks: list[Any], place: str, says: str):
    said = errors(*tasks)
    assert set(said) == {place}
    assert says in said[place]


def test_a_value_that_is_still_to_come_is_not_judged_and_the_rest_is():
    later = {"$from": "/tasks/a/result/forecast/0/median"}
    OrchestrationRequest.model_validate(
        {"tasks": [forecast(id="a"), {"type": "fraud_detection", "params": {"transactions": [{"amount": later}]}}]}
    )
    said = errors(forecast(id="a"), forecast(params={"symbol": later, "prediction_horizon": 0}))
    assert set(said) == {"tasks.1.params.prediction_horizon"}


def test_nesting_and_size_are_bounded():
    deep: Any = 1
    for _ in range(50_000):
        deep = [deep]
    assert "deeper than 32 levels" in errors(forecast(params={"symbol": deep}))["tasks.0.params"]
    big = {"type": "fraud_detection", "params": {"transactions_uri": {"$from": "/tasks/a/result/" + "x" * 300_000}}}
    assert "upload the data" in errors(forecast(id="a"), big)["tasks"]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["$from", "$ref", "symbol", "tasks", "x"]), inner, max_size=3)
    ),
    max_leaves=9,
)


@given(tasks=st.lists(st.fixed_dictionaries({"type": st.just("crypto_prediction")}, optional={"params": values})))
def test_anything_is_either_taken_or_refused_as_invalid(tasks: list[Any]):
    refusals: list[ValidationError] = []
    try:
        taken = OrchestrationRequest.model_validate({"tasks": tasks})
    except ValidationError as refused:
        refusals.append(refused)
    else:
        assert [task.params for task in taken.tasks] == [task.get("params", {}) for task in tasks]
    assert all(refused.errors() for refused in refusals)
