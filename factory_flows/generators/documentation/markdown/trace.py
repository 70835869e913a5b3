"""From the words of the brief to the files that follow them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from factory_flows.generators.source_file import SourceFile
from factory_flows.specification.requirement import Requirement
from factory_flows.specification.specification import Specification


@dataclass(frozen=True)
class Trace:
    """A requirement, and what fulfils and tests it, by path."""

    requirement: Requirement
    files: tuple[PurePosixPath, ...]
    tests: tuple[PurePosixPath, ...]

    @property
    def state(self) -> Literal["open", "built, not tested", "built and tested"]:
        """A rule of the business is open whatever there is: no generator fulfils it by itself."""
        if self.requirement.rule or not self.files:
            return "open"
        return "built and tested" if self.tests else "built, not tested"


def traces(specification: Specification, written: Sequence[SourceFile]) -> tuple[Trace, ...]:
    """One for each requirement, in their order."""
    return tuple(_trace(requirement, written) for requirement in specification.requirements)


def _trace(requirement: Requirement, written: Sequence[SourceFile]) -> Trace:
    paths = [file.path for file in written if requirement.number in file.requirements]
    return Trace(
        requirement,
        files=tuple(path for path in paths if not _is_test(path)),
        tests=tuple(path for path in paths if _is_test(path)),
    )


def _is_test(path: PurePosixPath) -> bool:
    """Whether a file is a test, by where pytest, Jest, Mocha and JUnit keep theirs."""
    marks = {*path.parts, *path.suffixes}
    return not marks.isdisjoint({"test", "tests", "__tests__", "e2e", ".test", ".spec"})
