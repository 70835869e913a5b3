"""What a sentence asks for."""

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from factory_flows.application import design
from factory_flows.brief import BriefRequest
from factory_flows.intent.intent import Intent
from tasks.run import run_id


class IntentStage(BaseModel):
    """The intent, which `write-specification` takes."""

    model_config = ConfigDict(frozen=True)

    run_id: str = Field(description="The flow run.")
    intent: Intent


@flow(
    name="extract-intent",
    description="What a sentence asks for: entities, technologies wanted and refused, bounds, questions.",
    persist_result=True,
    result_serializer="json",
)
def extract_intent(request: BriefRequest) -> IntentStage:
    """Read the words. What is not understood is asked, never invented."""
    return IntentStage(run_id=run_id(), intent=design.extract_intent(request))
