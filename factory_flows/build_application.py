"""From a sentence to an application that was seen to run."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from prefect import flow

from blocks.asset_store import Asset
from blocks.warehouse import Rows
from factory_flows.application.design import design_architecture, extract_intent, write_specification
from factory_flows.application.generation import assemble_project, choose_parts, generate_parts
from factory_flows.application.proving import SEEN_WITH_BACKEND, prove_backend, unproven
from factory_flows.application.publication import (
    publish_build,
    publish_project,
    show_build,
    show_obstacles,
    show_specification,
)
from factory_flows.application.request import BuildRequest
from factory_flows.application.result import ApplicationBuild, Outcome
from factory_flows.architecture.architecture import Architecture
from factory_flows.intent.intent import Intent, IntentType
from factory_flows.proof.rank import Rank
from factory_flows.proof.report import PartProof
from factory_flows.specification.specification import Specification
from factory_flows.specification.violation import SpecificationRefused, Violation
from tasks.provenance import Provenance, code_version, request_digest
from tasks.run import run_id
from tasks.run_owner import current_owner

if TYPE_CHECKING:
    from factory_flows.generators.parts import Parts


@flow(
    name="build-application",
    description="A sentence becomes an application with tests and documents, which is installed, tested, started and "
    "fuzzed before it is handed over.",
    persist_result=True,
    result_serializer="json",
)
def build_application(request: BuildRequest) -> ApplicationBuild:
    """Intent -> specification -> architecture -> parts side by side -> one project -> proof -> zip.

    What can't be built ends with questions or violations and no project. Raises `NotGenerated` for a backend that no
    generator writes, `BlockError` when a store is away.
    """
    intent = extract_intent(request)
    if questions := _questions(intent):
        show_obstacles(questions, heading="What is still to be said")
        return _result(request, intent, "questions", questions=questions)
    try:
        specification = write_specification(intent, request.preferences)
    except SpecificationRefused as refused:
        show_obstacles([str(violation) for violation in refused.violations], heading="What stands against it")
        return _result(request, intent, "refused", violations=refused.violations)
    show_specification(specification)
    parts = choose_parts(specification)
    architecture = design_architecture(parts.specification)
    with TemporaryDirectory(prefix="application-") as folder:
        files = generate_parts(parts, architecture)
        owner = current_owner()
        project = assemble_project(Path(folder), files, parts.specification, owner or "anyone")
        proof = _proof(project, parts, request)
        archive = publish_project(project)
    rows = publish_build(archive, specification, proof, len(files), owner)
    show_build(archive, proof)
    return _result(
        request,
        intent,
        _outcome(proof, request),
        specification=specification,
        architecture=architecture,
        files=len(files),
        proof=proof,
        project=archive,
        rows=rows,
    )


def _questions(intent: Intent) -> list[str]:
    """What to ask before anything can be built; empty where there is enough."""
    if intent.intent is IntentType.CREATE_APPLICATION and intent.entities:
        return []
    if intent.intent in (IntentType.CREATE_APPLICATION, IntentType.UNKNOWN):
        return list(intent.questions) or ["What is the application to keep? Name the things and what is known of each."]
    wish = intent.intent.value.replace("_", " ")
    return [f"This asks to {wish}, which needs an application that is there. Say what application is to be built."]


def _proof(project: Path, parts: "Parts", request: BuildRequest) -> dict[str, PartProof]:
    missing = _unproven(parts.missing, "No generator writes this yet: it is not in the project.")
    written = [*parts.written, *parts.documents]
    if request.proof == "none":
        return _unproven(written, "Nobody looked: the request asked for no proof.") | missing
    others = [name for name in written if name not in SEEN_WITH_BACKEND]
    seen = {"backend": prove_backend(project, parts.specification)}
    return seen | _unproven(others, "It was written, and nothing here checks it yet.") | missing


def _unproven(parts: Iterable[str], why: str) -> dict[str, PartProof]:
    return {part: unproven(part, why) for part in parts}


def _outcome(proof: dict[str, PartProof], request: BuildRequest) -> Outcome:
    if request.proof == "none":
        return "written"
    return "failed" if any(proven.rank is Rank.FAILED for proven in proof.values()) else "proven"


def _result(
    request: BuildRequest,
    intent: Intent,
    outcome: Outcome,
    *,
    questions: list[str] | None = None,
    violations: tuple[Violation, ...] = (),
    specification: Specification | None = None,
    architecture: Architecture | None = None,
    files: int = 0,
    proof: dict[str, PartProof] | None = None,
    project: Asset | None = None,
    rows: Rows | None = None,
) -> ApplicationBuild:
    return ApplicationBuild(
        run_id=run_id(),
        request=request,
        outcome=outcome,
        intent=intent,
        questions=questions or [],
        violations=list(violations),
        specification=specification,
        architecture=architecture,
        files=files,
        proof=proof or {},
        project=project,
        assets=[project] if project else [],
        rows=[rows] if rows else [],
        provenance=Provenance(
            code_version=code_version(),
            request_sha256=request_digest(request),
            model=f"intent parser: {intent.parser}",
            model_version=code_version(),
            data_source="the request",
            data_sha256=request_digest(request),
        ),
        warnings=_warnings(proof or {}, specification),
    )


def _warnings(proof: dict[str, PartProof], specification: Specification | None) -> list[str]:
    told = [f"{part}: {why}" for part, proven in proof.items() for why in proven.unreachable]
    told += [f"{part}: {check.name} did not pass." for part, proven in proof.items() for check in proven.failures]
    return told + (list(specification.open_questions) if specification else [])
