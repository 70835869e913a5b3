"""The proof of a project, part by part."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal, cast
from uuid import UUID

from prefect import get_run_logger, task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE

from factory_flows.proof.rank import Rank
from factory_flows.proof.report import PartProof, ranked
from factory_flows.specification.specification import Specification

Depth = Literal["full", "none"]

SEEN_WITH_BACKEND: Final = ("fastapi", "pytest", "openapi")
"""Parts that the proof of the backend shows: it runs, its tests run, it is what its document says."""


@task(name="prove-backend", persist_result=False, cache_policy=NO_CACHE)
def prove_backend(project: Path, specification: Specification) -> PartProof:
    """Install, check, migrate, test, start, fuzz and start again, in a copy."""
    from factory_flows.proof.python_backend import CHECKS, PythonBackend  # noqa: PLC0415 - where something is proven

    logger, progress = get_run_logger(), cast("UUID", create_progress_artifact(progress=0.0, key="application-proven"))
    checks = []
    with TemporaryDirectory(prefix="proof-") as folder:
        copy = Path(folder) / specification.slug
        shutil.copytree(project, copy, symlinks=True)
        for check in PythonBackend(copy, specification).checks():
            checks.append(check)
            logger.info("%s: %s", "passed" if check.passed else "failed", check.name)
            update_progress_artifact(progress, progress=100 * len(checks) / CHECKS)
    return ranked("backend", Rank.RAN, checks)


def unproven(part: str, why: str) -> PartProof:
    """A part that nothing was seen of."""
    return PartProof(part=part, rank=Rank.UNPROVEN, checks=(), unreachable=(why,))
