"""How results look."""

import pytest

from deployments.cli.files import assets_in, placed
from deployments.cli.output import printable
from deployments.cli.pretty import pretty_lines

pytestmark = pytest.mark.gateway

RESULT = {
    "symbol": "BTC",
    "historical": True,
    "skill": {"crps": 0.1234567890123},
    "nothing": None,
    "none": [],
    "few": [1, 2],
    "warnings": ["a" * 60, "b" * 60],
    "rows": [{"step": 1, "median": 2.5, "more": []}, {"step": 10, "median": 3.0, "more": None}],
    "tasks": [{"id": "one", "result": {"total": 3}}],
}


def test_fields_lists_and_tables():
    assert list(pretty_lines(RESULT)) == [
        "symbol: BTC",
        "historical: yes",
        "skill:",
        "  crps: 0.123456789",
        "nothing: -",
        "none: -",
        "few: 1, 2",
        "warnings:",
        f"  - {'a' * 60}",
        f"  - {'b' * 60}",
        "rows:",
        "  step  median  more",
        "  1     2.5     -",
        "  10    3       -",
        "tasks:",
        "  - id: one",
        "    result:",
        "      total: 3",
    ]


@pytest.mark.parametrize("row", [7, {"step": 7, "median": 1.5}, {"nested": {"step": 7}}])
def test_what_is_left_out_is_said(row: object):
    lines = list(pretty_lines({"rows": [row] * 100}))
    assert lines[-1].strip() == "… and 76 more: `--json` shows all"
    assert sum("7" in line for line in lines[:-1]) == 24


def test_a_terminal_is_not_taken_over():
    assert printable("a\x1b]0;title\x07b\x9b31m\r\tc\n") == "a]0;titleb31m\tc\n"


def asset(run: str, name: str) -> dict[str, object]:
    uri = f"asset://runs/{run}/{name}"
    return {"name": name, "uri": uri, "media_type": "text/csv", "bytes": 1, "sha256": "0", "url": f"http://h/{run}"}


def test_files_of_one_name_go_into_folders_of_their_runs(tmp_path):
    first, second, other = asset("a1", "chart.png"), asset("b-2", "Chart.png"), asset("b-2", "rows.csv")
    found = assets_in({"tasks": [{"result": {"assets": [first]}}, {"result": {"assets": [second, other, other]}}]})
    assert [folder for _, folder in placed(found, tmp_path)] == [tmp_path / "a1", tmp_path / "b-2", tmp_path]
