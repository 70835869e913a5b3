from collections.abc import Callable
from typing import Any

import pytest

from factory_flows.intent.intent import Intent
from factory_flows.specification.summary import summary
from factory_flows.specification.write import write_specification

pytestmark = pytest.mark.factory


def test_the_summary_tells_all_that_is_to_be_approved(library: Intent) -> None:
    text = summary(write_specification(library))
    for piece in (
        "# Library\n",
        "| Backend | FastAPI |",
        "## Books\n",
        "| ISBN | `isbn` | text | unique | stated |",
        "one of: Active, Paused, Closed, at first Active",
        "- Each Loan belongs to one Member; each Member has at most 3 of them.",
        "## Rules that nothing generated fulfils yet\n\n- Nobody may borrow on Sundays",
        "## Assumptions\n",
        "## Open questions\n\n- Which values can the Status of each Book have?",
    ):
        assert piece in text


def test_words_of_the_brief_are_no_markup(brief: Callable[[str], Any]) -> None:
    hostile = "<script>alert(1)</script> | [x](javascript:alert(1)) `rm`"
    told = brief(f"Keep Things with {hostile}\n# not a heading\n<img src=x onerror=alert(1)>")
    text = summary(write_specification(told.intent(told.entity("Thing", hostile), title=hostile)))
    assert "<script" not in text
    assert "<img" not in text
    assert "](javascript" not in text
    assert "\n# not" not in text
    rows = [line for line in text.splitlines() if "alert" in line and line.startswith("|")]
    assert [line.replace("\\|", "").count("|") for line in rows] == [6]
