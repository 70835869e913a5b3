"""What was checked, how, and what came of it."""

from pydantic import BaseModel, ConfigDict, Field

from factory_flows.proof.rank import Rank


class Check(BaseModel):
    """One thing that was tried.

    Attributes:
        name: What it shows, in words: "its own tests".
        command: What was run, as in a shell, in the project's folder; empty where nothing was run but looked at.
        told: The last lines that it printed, where it failed; a figure worth knowing, where it passed.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    command: str = ""
    passed: bool
    seconds: float = Field(ge=0)
    told: str = ""


class PartProof(BaseModel):
    """How far a part of a project was proven.

    Attributes:
        part: `backend`, `frontend`, `docker` …
        rank: Reached here. `failed` where any check did not pass.
        unreachable: What could not be checked on this machine, and why: one sentence each.
    """

    model_config = ConfigDict(frozen=True)

    part: str
    rank: Rank
    checks: tuple[Check, ...]
    unreachable: tuple[str, ...] = ()

    @property
    def commands(self) -> tuple[str, ...]:
        """What was run."""
        return tuple(check.command for check in self.checks if check.command)

    @property
    def failures(self) -> tuple[Check, ...]:
        """What did not pass."""
        return tuple(check for check in self.checks if not check.passed)


def ranked(part: str, reached: Rank, checks: list[Check], unreachable: tuple[str, ...] = ()) -> PartProof:
    """A part's proof: the rank that its checks reach together, unless one of them failed or there is none."""
    failed = any(not check.passed for check in checks)
    rank = Rank.FAILED if failed else reached if checks else Rank.UNPROVEN
    return PartProof(part=part, rank=rank, checks=tuple(checks), unreachable=unreachable)
