"""What someone decides besides the brief; it goes before what the brief says."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from factory_flows.specification.constraint import SecurityLevel
from factory_flows.specification.entity import Label
from factory_flows.specification.technology import Backend, Documentation, Frontend, Infrastructure, Pattern, Qa


class Preferences(BaseModel):
    """Choices for the application; what is left out is taken from the brief, else decided and told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Label | None = Field(
        None,
        description="Name of the application; its folder and image are named after it.",
        examples=["Library loans"],
    )
    backend: Backend | None = Field(None, description="Framework of the server.", examples=["fastapi"])
    frontend: Frontend | Literal["none"] | None = Field(
        None, description="Framework of the pages; `none` for an API without pages.", examples=["react", "none"]
    )
    infrastructure: tuple[Infrastructure, ...] | None = Field(
        None,
        max_length=len(Infrastructure),
        description="Tools that bring it up; an empty list for none.",
        examples=[["docker", "kubernetes"]],
    )
    qa: Qa | None = Field(
        None, description="What the backend's tests are written with; it has to fit its language.", examples=["pytest"]
    )
    documentation: tuple[Documentation, ...] | None = Field(
        None,
        max_length=len(Documentation),
        description="Forms of the documents; an empty list for none.",
        examples=[["markdown", "openapi"]],
    )
    pattern: Pattern | None = Field(None, description="Architecture that it is laid out by.", examples=["layered"])
    security: SecurityLevel | None = Field(
        None,
        description="How well it is guarded: `high` has sign-in with roles, `critical` an audit of every change, too.",
        examples=["high"],
    )
    coverage: int | None = Field(
        None, ge=70, le=100, description="Percent of the code that its tests have to reach.", examples=[85]
    )
