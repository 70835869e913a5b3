"""A project as a file, a row, and a page."""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from prefect import task
from prefect.artifacts import create_link_artifact, create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from blocks.asset_store import Asset, AssetStore
from blocks.warehouse import Rows, Warehouse
from factory_flows.application.generation import zipped
from factory_flows.proof.report import PartProof
from factory_flows.specification.specification import Specification
from tasks.markdown import literal
from tasks.run import asset_path, run_id


@task(
    name="publish-project",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_project(project: Path) -> Asset:
    """The project as a zip in the asset store; the same project gives the same bytes. Raises `AssetStoreError`."""
    with TemporaryDirectory(prefix="project-") as folder:
        file = Path(folder) / f"{project.name}.zip"
        with file.open("wb") as out:
            out.writelines(zipped(project))
        return AssetStore.default().put(asset_path(file.name), file, "application/zip")


@task(
    name="publish-build",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_build(
    project: Asset, specification: Specification, proof: Mapping[str, PartProof], files: int, owner: str | None
) -> Rows:
    """The build as a row of application_builds. Raises `WarehouseError`."""
    from blocks.warehouse.tables import application_builds  # noqa: PLC0415 - SQLAlchemy where it is used

    stack = specification.stack
    row = {
        "run_id": run_id(),
        "created_at": AssetStore.default().stat(asset_path(project.name)).created,
        "owner": owner,
        "title": specification.title,
        "slug": specification.slug,
        "language": specification.language,
        "backend": stack.backend.value,
        "frontend": stack.frontend.value if stack.frontend else None,
        "pattern": stack.pattern.value,
        "entities": len(specification.entities),
        "files": files,
        "proof": json.dumps({part: proven.rank for part, proven in proof.items()}, sort_keys=True),
        "uri": project.uri,
        "sha256": project.sha256,
        "bytes": project.bytes,
    }
    return Warehouse.default().publish(application_builds, [row], run_id=run_id())


def show_specification(specification: Specification) -> None:
    """The specification on the run's page."""
    from factory_flows.specification.summary import summary  # noqa: PLC0415 - where it is shown

    create_markdown_artifact(summary(specification), key="application-specification", description="What is built")


def show_build(project: Asset, proof: Mapping[str, PartProof]) -> None:
    """The project to fetch, and what was seen of each part."""
    create_link_artifact(
        project.url or project.uri, link_text=project.name, key="application", description="The project as a zip"
    )
    lines = ["| Part | Proof | |", "|---|---|---|"]
    lines += [f"| {part} | **{proven.rank}** | {_told(proven)} |" for part, proven in proof.items()]
    for part, proven in proof.items():
        lines += ["", f"### {part}", ""] if proven.checks else []
        lines += [
            f"- {'passed' if check.passed else '**failed**'}: {literal(check.name)}"
            + (f" ({literal(check.told.splitlines()[0])})" if check.told and check.passed else "")
            + (f", {check.seconds:.1f} s" if check.seconds else "")
            for check in proven.checks
        ]
        lines += [f"\n```text\n{check.told[-2000:].replace('```', '` ` `')}\n```" for check in proven.failures]
    create_markdown_artifact("\n".join(lines), key="application-proof", description="What it was seen to do")


def show_obstacles(lines: list[str], *, heading: str) -> None:
    """What stands against building, on the run's page."""
    page = "\n".join([f"## {heading}", "", *(f"- {literal(line)}" for line in lines)])
    create_markdown_artifact(page, key="application-obstacles", description="Why nothing was built")


def _told(proven: PartProof) -> str:
    return "; ".join(proven.unreachable) or f"{len(proven.checks)} checks, {len(proven.failures)} failed"
