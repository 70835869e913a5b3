"""What came of a wish."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from blocks.asset_store import Asset
from blocks.warehouse import Rows
from factory_flows.application.request import BuildRequest
from factory_flows.architecture.architecture import Architecture
from factory_flows.intent.intent import Intent
from factory_flows.proof.report import PartProof
from factory_flows.specification.specification import Specification
from factory_flows.specification.violation import Violation
from tasks.provenance import Provenance

Outcome = Literal["proven", "failed", "written", "questions", "refused"]


class ApplicationBuild(BaseModel):
    """An application, or what stands against it."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    run_id: str = Field(description="The flow run.")
    request: BuildRequest = Field(description="What was asked for.")
    outcome: Outcome = Field(
        description="proven: it was seen to run. failed: it was written, and a check did not pass. written: nobody "
        "looked. questions: there is too little to build from. refused: wishes that break a bound or each other."
    )
    intent: Intent = Field(description="What the words were understood to ask for.")
    questions: list[str] = Field(description="What to answer in another request; empty where something was built.")
    violations: list[Violation] = Field(description="What stands against it, with the sentence that says it.")
    specification: Specification | None = Field(description="What was built, in full; null where nothing was.")
    architecture: Architecture | None = Field(description="How it is laid out.")
    files: int = Field(description="How many were written.")
    proof: dict[str, PartProof] = Field(description="What each part was seen to do, by its name.")
    project: Asset | None = Field(description="The project as a zip.")
    assets: list[Asset]
    rows: list[Rows]
    provenance: Provenance
    warnings: list[str] = Field(description="What its reader should know before relying on it.")
