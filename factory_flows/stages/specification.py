"""What is to be built, in full."""

from typing import Self

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field, model_validator

from factory_flows.application import design
from factory_flows.brief import BriefRequest
from factory_flows.intent.intent import Intent
from factory_flows.specification.preferences import Preferences
from factory_flows.specification.specification import Specification
from factory_flows.specification.violation import SpecificationRefused, Violation
from flows.form import in_declared_order
from tasks.run import run_id


class SpecificationRequest(BaseModel):
    """Words, or what the stage before made of them."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    description: str | None = Field(
        None, min_length=1, max_length=20_000, description="What the application is to do; instead of `intent`."
    )
    context: str = Field("", max_length=20_000, description="Background; read after the description.")
    preferences: Preferences = Field(Preferences(), description="Choices that go before what the words say.")
    intent: Intent | None = Field(None, description="The result of `extract-intent`; instead of `description`.")

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.description is None) == (self.intent is None):
            raise ValueError("give either a description or an intent")
        return self


class SpecificationStage(BaseModel):
    """The specification, which `design-architecture` takes, or what stands against it."""

    model_config = ConfigDict(frozen=True)

    run_id: str = Field(description="The flow run.")
    specification: Specification | None = Field(description="Null where something stands against it.")
    violations: list[Violation] = Field(description="Each with the sentence that says it.")


@flow(
    name="write-specification",
    description="What is to be built, in full: entities, relations, requirements, guards; or what stands against it.",
    persist_result=True,
    result_serializer="json",
)
def write_specification(request: SpecificationRequest) -> SpecificationStage:
    """Words or an intent -> specification."""
    intent = request.intent
    if intent is None:
        intent = design.extract_intent(BriefRequest(description=request.description or "", context=request.context))
    try:
        specification = design.write_specification(intent, request.preferences)
    except SpecificationRefused as refused:
        return SpecificationStage(run_id=run_id(), specification=None, violations=list(refused.violations))
    return SpecificationStage(run_id=run_id(), specification=specification, violations=[])
