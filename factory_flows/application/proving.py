"""The proof of a project, part by part."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from prefect import task
from prefect.cache_policies import NO_CACHE

from factory_flows.proof.rank import Rank
from factory_flows.proof.report import PartProof
from factory_flows.specification.specification import Specification

Depth = Literal["full", "none"]


@task(name="prove-backend", persist_result=False, cache_policy=NO_CACHE)
def prove_backend(project: Path, specification: Specification) -> PartProof:
    """Install, check, migrate, test, start, fuzz and start again, in a copy."""
    from factory_flows.proof.python_backend import PythonBackend  # noqa: PLC0415 - where something is proven

    with TemporaryDirectory(prefix="proof-") as folder:
        copy = Path(folder) / specification.slug
        shutil.copytree(project, copy, symlinks=True)
        return PythonBackend(copy, specification).prove()


def unproven(part: str, why: str) -> PartProof:
    """A part that nothing was seen of."""
    return PartProof(part=part, rank=Rank.UNPROVEN, checks=(), unreachable=(why,))
