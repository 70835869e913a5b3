"""How entities belong together."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from factory_flows.intent.span import Span
from factory_flows.specification.entity import Label, Name, Origin


class RelationKind(StrEnum):
    """How many of each; read from the source to the target."""

    ONE_TO_ONE = "1-1"
    MANY_TO_ONE = "n-1"
    MANY_TO_MANY = "n-n"


class Relation(BaseModel):
    """A relation, told from the side that keeps it: a loan (source) belongs to a member (target), n-1.

    "A member has many loans" is the same relation; there is no 1-n of its own.

    Attributes:
        role: What the target is to the source: `member`; JSON has `member_id`, or `<role>_ids` where the kind is n-n
            (then `role` is singular all the same).
        reverse: What the sources are to the target, plural: `loans`; `GET /members/{id}/loans` lists them.
        on_delete: Of the target: refuse (409) while there are sources, delete them too, or set them to null.
        limit: At most so many sources for a target.
    """

    model_config = ConfigDict(frozen=True)

    kind: RelationKind
    source: Name
    target: Name
    role: Name
    role_label: Label
    reverse: Name
    reverse_label: Label
    required: bool = False
    on_delete: Literal["restrict", "cascade", "set_null"] = "restrict"
    limit: int | None = Field(None, ge=1)
    origin: Origin
    span: Span | None = None

    @property
    def key(self) -> str:
        """What the JSON of the source calls it."""
        return f"{self.role}_ids" if self.kind is RelationKind.MANY_TO_MANY else f"{self.role}_id"
