"""What a build did to a project."""

from enum import StrEnum
from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict, Field


class Outcome(StrEnum):
    """What became of a file."""

    ADDED = "added"
    REPLACED = "replaced"  # nobody had changed it
    MERGED = "merged"  # changed by both, in different places
    CONFLICT = "conflict"  # changed by both in one place, or made by both
    KEPT = "kept"  # the user's, as it was
    UNCHANGED = "unchanged"
    REMOVED = "removed"  # no longer generated, and nobody had changed it
    LEFT_DELETED = "left_deleted"  # the user had deleted it
    KEPT_MIGRATION = "kept_migration"  # generated otherwise now; a migration that exists is never rewritten


class Change(BaseModel):
    """What became of one file, and why, where that is not plain from the outcome."""

    model_config = ConfigDict(frozen=True)

    path: PurePosixPath
    outcome: Outcome
    note: str = ""


class Report(BaseModel):
    """A build.

    Attributes:
        build: Its number, which `rollback` takes; None for a dry run.
        diff: Unified, of all that changes; files that are no text are named only.
    """

    model_config = ConfigDict(frozen=True)

    build: int | None
    changes: tuple[Change, ...]
    diff: str = Field("", repr=False)

    @property
    def conflicts(self) -> tuple[Change, ...]:
        """What someone has to look at."""
        return tuple(change for change in self.changes if change.outcome is Outcome.CONFLICT)
