"""What a rule asks: comparisons of what is known about a payment, all or any of them."""

import operator
from collections.abc import Callable, Mapping
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Facts = Mapping[str, float | str | None]
"""What is known about a payment, by field: features, and what the payment says. None or NaN: not known."""

Operator = Literal["<", "<=", "=", "!=", ">=", ">", "in", "not in"]
Value = float | str | tuple[str, ...]

ORDERED: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">=": operator.ge,
    ">": operator.gt,
}

NUMBERS: Final = frozenset(
    {
        "amount",
        "hour",
        "night",
        "weekend",
        "seconds_since_last",
        "new_device",
        "new_country",
        "new_merchant",
        "country_change",
        *(f"customer_{what}_{window}" for what in ("count", "sum") for window in ("10m", "1h")),
        *(f"terminal_count_{window}" for window in ("10m", "1h", "1d", "7d", "30d")),
        *(f"terminal_risk_{window}" for window in ("1d", "7d", "30d")),
        *(f"customer_{what}_{window}" for what in ("count", "mean") for window in ("1d", "7d", "30d")),
        *(f"amount_to_customer_mean_{window}" for window in ("7d", "30d")),
    }
)
"""Features that a rule may ask about; amounts in the currency's minor unit."""

TEXTS: Final = frozenset({"currency", "country", "channel", "device", "ip", "customer_id", "merchant_or_terminal_id"})
"""What a payment says that a rule may ask about."""


class Comparison(BaseModel):
    """One field against a value; false where the field is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str = Field(description="A feature or a field of the payment.", examples=["customer_count_1h"])
    op: Operator = Field(description="How they are compared.", examples=[">="])
    value: Value = Field(description="A number for a feature; a text, or several for `in`, for a field.", examples=[5])

    @model_validator(mode="after")
    def _fitting(self) -> "Comparison":
        many = self.op in {"in", "not in"}
        if self.field in NUMBERS:
            if many or not isinstance(self.value, float) or self.value != self.value:
                raise ValueError(f"{self.field} is a number: compare it with a number by < <= = != >= or >")
        elif self.field in TEXTS:
            if self.op in ORDERED or many != isinstance(self.value, tuple) or isinstance(self.value, float):
                raise ValueError(f"{self.field} is a text: compare it with a text by = or !=, or with several by in")
        else:
            raise ValueError(f"{self.field[:50]!a} is no field that rules know: {', '.join(sorted(NUMBERS | TEXTS))}")
        return self

    def holds(self, facts: Facts) -> bool:
        """Whether it is so."""
        known = facts.get(self.field)
        if known is None or known == "" or known != known:  # noqa: PLR0124 - NaN is not known
            return False
        if self.op in ORDERED:
            return ORDERED[self.op](float(known), float(self.value))  # type: ignore[arg-type]  # numbers, as validated
        if isinstance(self.value, tuple):
            return (str(known).casefold() in {one.casefold() for one in self.value}) == (self.op == "in")
        same = known == self.value if isinstance(self.value, float) else str(known).casefold() == self.value.casefold()
        return same == (self.op == "=")


class All(BaseModel):
    """All of several conditions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    all: tuple["Condition", ...] = Field(min_length=1, max_length=20, description="Each must hold.")

    def holds(self, facts: Facts) -> bool:
        """Whether every one holds."""
        return all(one.holds(facts) for one in self.all)


class Any(BaseModel):
    """At least one of several conditions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    any: tuple["Condition", ...] = Field(min_length=1, max_length=20, description="One must hold.")

    def holds(self, facts: Facts) -> bool:
        """Whether one holds."""
        return any(one.holds(facts) for one in self.any)


Condition = Annotated[Comparison | All | Any, Field(union_mode="left_to_right")]

All.model_rebuild()
Any.model_rebuild()
