"""How an application is laid out."""

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from factory_flows.application import design
from factory_flows.architecture.architecture import Architecture
from factory_flows.specification.specification import Specification
from flows.form import in_declared_order
from tasks.run import run_id


class ArchitectureRequest(BaseModel):
    """A specification, as `write-specification` gives it or as someone changed it."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    specification: Specification = Field(description="What is to be built.")


class ArchitectureStage(BaseModel):
    """The architecture."""

    model_config = ConfigDict(frozen=True)

    run_id: str = Field(description="The flow run.")
    architecture: Architecture


@flow(
    name="design-architecture",
    description="How an application is laid out: layers and what they may import, components, interfaces, and why.",
    persist_result=True,
    result_serializer="json",
)
def design_architecture(request: ArchitectureRequest) -> ArchitectureStage:
    """Specification -> architecture."""
    return ArchitectureStage(run_id=run_id(), architecture=design.design_architecture(request.specification))
