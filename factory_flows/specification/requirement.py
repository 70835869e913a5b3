"""What an application has to do, numbered, and where each wish comes from."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from factory_flows.intent.span import Span
from factory_flows.specification.entity import Name, Origin


class Requirement(BaseModel):
    """One thing that it has to do.

    Attributes:
        number: "F-1", "T-1", "A-1", "D-1", "U-1": functional, technical, API, database, user interface.
        entities: Whose; generated files and tests of these entities fulfil it.
        rule: It is a rule of the business that no generator fulfils by itself; the documents list it as open.
    """

    model_config = ConfigDict(frozen=True)

    number: str
    part: Literal["functional", "technical", "api", "database", "ui"]
    text: str
    entities: tuple[Name, ...] = ()
    rule: bool = False
    origin: Origin
    span: Span | None = None
