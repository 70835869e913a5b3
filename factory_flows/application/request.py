"""The request for an application."""

from pydantic import ConfigDict, Field

from factory_flows.application.proving import Depth
from factory_flows.brief import BriefRequest
from flows.form import in_declared_order


class BuildRequest(BriefRequest):
    """A wish in words, and how well what comes of it is to be proven."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    proof: Depth = Field(
        "full",
        description="full: install, test, start and fuzz what was written (a minute or more). none: only write it, in "
        "seconds.",
        examples=["full"],
    )
