"""What bounds an application."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class SecurityLevel(StrEnum):
    """How well it is guarded; `specification.security` says what each level switches on."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Constraints(BaseModel):
    """What the words bound; None where they say nothing. Whether a value is allowed is checked by the specification."""

    model_config = ConfigDict(frozen=True)

    complexity: int | None = Field(None, description="1 to 10; above 10 is refused.")
    scalability: int | None = Field(None, description="1 to 10; below 5 is refused.")
    security: SecurityLevel | None = None
    services: int | None = Field(None, description="How many services, at most.")
    coverage: int | None = Field(None, description="Percent of the code that tests have to reach; below 70 is refused.")
