from typing import Any

import pytest

from tasks.orchestration.references import ResultReferenceError, referenced_tasks, resolve

pytestmark = pytest.mark.orchestration

RESULT: dict[str, Any] = {"": 0, "a/b": 1, "m~n": 2, "list": [{"x": 3}, 4], "none": None, "word": "abc", "no": False}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", RESULT),
        ("/", 0),
        ("/a~1b", 1),
        ("/m~0n", 2),
        ("/list/0/x", 3),
        ("/list/1", 4),
        ("/none", None),
        ("/no", False),
    ],
)
def test_a_pointer_names_what_rfc_6901_says(pointer: str, value: Any):
    assert resolve({"$from": f"/tasks/one/result{pointer}"}, {"one": RESULT}) == value


@pytest.mark.parametrize(
    "pointer", ["/list/-", "/list/2", "/list/x", "/list/-1", "/word/0", "/none/x", "/nothing", "/a/b"]
)
def test_what_is_not_there_is_an_error_that_says_where(pointer: str):
    with pytest.raises(ResultReferenceError, match=f"task one has nothing at {pointer}"):
        resolve({"$from": f"/tasks/one/result{pointer}"}, {"one": RESULT})


def test_references_are_found_and_filled_in_at_any_depth_and_nothing_else_changes():
    params = {
        "plain": [1, "x", None],
        "nested": [{"deep": {"$from": "/tasks/one/result/word"}}, {"$from": "/tasks/two/result"}],
    }
    assert sorted(referenced_tasks(params)) == ["one", "two"]
    assert resolve(params, {"one": RESULT, "two": [7]}) == {"plain": [1, "x", None], "nested": [{"deep": "abc"}, [7]]}


def test_what_a_reference_gives_is_not_searched_for_more_references():
    result = {"trap": {"$from": "/tasks/secret/result"}}
    assert resolve({"$from": "/tasks/one/result/trap"}, {"one": result}) == result["trap"]
