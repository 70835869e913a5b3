"""Who built what when: a row for each build, each feature and each way back, in the project's `.factory`."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from factory_flows.regeneration.paths import FACTORY
from factory_flows.regeneration.workspace import put

What = Literal["build", "regenerate", "add_feature", "edits", "rollback"]

_FILE: Final = "audit.jsonl"


class AuditRow(BaseModel):
    """One change of a project as a whole.

    Attributes:
        what: `edits` is what people changed by hand since the build before, kept so that it is never lost.
        before: Number of the build that it started from; None for the first.
        after: Number of the build that the project is at since.
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    when: AwareDatetime
    who: str
    what: What
    before: int | None = Field(None, alias="from")
    after: int = Field(alias="to")


def audit(project: Path) -> Iterator[AuditRow]:
    """All rows, the oldest first."""
    place = project / FACTORY / _FILE
    if place.is_file() and not place.is_symlink():
        for line in place.read_text("utf-8").splitlines():
            yield AuditRow.model_validate_json(line)


def add_row(project: Path, *, who: str, what: What, before: int | None, after: int) -> None:
    """Adds a row, with the present time."""
    row = AuditRow(when=datetime.now(UTC), who=who, what=what, before=before, after=after)
    lines = [each.model_dump_json(by_alias=True) for each in (*audit(project), row)]
    put(project / FACTORY / _FILE, "".join(f"{line}\n" for line in lines).encode())


def current_build(project: Path) -> int | None:
    """The number of the build that the project is at; None for one without a history here."""
    rows = list(audit(project))
    return rows[-1].after if rows else None
