"""Which runs a list holds."""

from uuid import UUID

from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import StateType
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from deployments.gateway.run import StateName


class RunQuery(BaseModel):
    """Filters and paging of a list of runs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: StateName | None = Field(None, description="Only runs in this state.")
    capability: str | None = Field(
        None, pattern=r"^[a-z][a-z0-9-]{0,40}$", description="Only runs of this capability.", examples=["crypto"]
    )
    since: AwareDatetime | None = Field(
        None, description="Only runs due after this time (ISO 8601).", examples=["2026-11-23T00:00:00Z"]
    )
    parent: UUID | None = Field(None, description="Only runs that this orchestration started.")
    limit: int = Field(50, ge=1, le=100, description="How many at most.")
    offset: int = Field(0, ge=0, le=100_000, description="How many to skip.")

    def filter(self, tags: list[str]) -> FlowRunFilter:
        """The same as Prefect has it, for runs with all of `tags`."""
        wanted = [*tags, *([f"capability:{self.capability}"] if self.capability else [])]
        wanted += [f"parent:{self.parent}"] if self.parent else []
        states = FlowRunFilterStateType(any_=[StateType(self.state.upper())]) if self.state else None
        return FlowRunFilter(
            tags=FlowRunFilterTags(all_=wanted) if wanted else None,
            state=FlowRunFilterState(type=states) if states else None,
            expected_start_time=FlowRunFilterExpectedStartTime(after_=self.since) if self.since else None,
        )
