"""One payment as a caller describes it."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from pydantic_core import to_json

from models.fraud.money import MAX_MAJOR, NO_CURRENCY, decimals, to_minor
from tasks.fraud.identifier import Identifier, Printable, normalised

CLOCK_SKEW = timedelta(minutes=5)
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
MAX_EXTRA_FIELDS, MAX_EXTRA_CHARACTERS = 32, 4096
MAX_DEVICE = 256


def utc(time: datetime) -> datetime:
    """The moment in UTC; a time without an offset is taken as UTC."""
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _short_number(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("amount must be a number, not true or false")  # noqa: TRY004 - pydantic reports ValueError
    if isinstance(value, str) and len(value) > 32:
        raise ValueError("amount must have at most 32 characters")
    return value


def _refuse_unkept(extra: dict[str, Any]) -> None:
    """Raise ValueError for further fields that are too many, or that no request, file or store could keep."""
    try:
        to_json(extra)
    except (ValueError, RecursionError):  # half of a surrogate pair, a circle, an object of the caller's program
        raise ValueError("a further field can't be written as JSON in UTF-8; leave it out") from None
    if len(extra) > MAX_EXTRA_FIELDS or len(json.dumps(extra, default=str)) > MAX_EXTRA_CHARACTERS:
        raise ValueError(
            f"at most {MAX_EXTRA_FIELDS} further fields with {MAX_EXTRA_CHARACTERS} characters together are kept"
        )


class Transaction(BaseModel):
    """One payment. Fields not listed here are kept with the request and not used."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)

    transaction_id: Identifier = Field(
        description="Id of the payment, at most 64 characters; the same id again must have the same contents.",
        examples=["tx-1001"],
    )
    time: datetime = Field(
        description="When it was made (ISO 8601 with offset; without one it is taken as UTC, with a warning). Not "
        "before 1970, not more than 5 minutes ahead of the server's clock.",
        examples=["2026-06-29T03:40:46Z"],
    )
    amount: Annotated[Decimal, BeforeValidator(_short_number)] = Field(
        ge=0,
        lt=MAX_MAJOR,
        allow_inf_nan=False,
        description="Amount in major units (12.10 for twelve euros ten), 0 to below 1,000,000,000, with no more "
        "decimals than the currency has.",
        examples=["349.00"],
    )
    currency: str = Field(
        NO_CURRENCY,
        pattern="^[A-Z]{3}$",
        json_schema_extra={"pattern": "^[A-Za-z]{3}$"},
        description="ISO 4217 code in either case; XXX (none stated) counts two decimals.",
        examples=["EUR"],
    )
    customer_id: Identifier = Field(
        description="Id of the customer or card, at most 64 characters.", examples=["customer-1"]
    )
    merchant_or_terminal_id: Identifier | None = Field(
        None,
        validation_alias=AliasChoices("merchant_or_terminal_id", "terminal_id", "merchant_id"),
        description="Id of the terminal or merchant (also accepted as terminal_id or merchant_id), at most 64 "
        "characters. Without it nothing is known about the place.",
        examples=["terminal-77"],
    )
    channel: Printable | None = Field(None, max_length=64, description="How it was made.", examples=["online"])
    country: Printable | None = Field(
        None,
        max_length=64,
        description="Where it was made; is it one where this customer pays, and that of the last payment?",
        examples=["DE"],
    )
    device: Printable | None = Field(
        None,
        max_length=MAX_DEVICE,
        description="Device it was made with: one that this customer uses?",
        examples=["ios-17"],
    )
    ip: Printable | None = Field(None, max_length=64, description="Address it came from.", examples=["203.0.113.7"])

    @field_validator("time")
    @classmethod
    def _plausible_time(cls, time: datetime) -> datetime:
        moment = time if time.tzinfo else time.replace(tzinfo=UTC)  # the first and the last day of all have no UTC
        if moment > datetime.now(UTC) + CLOCK_SKEW:
            raise ValueError(f"time {time.isoformat()} is in the future; send payments that have been made")
        if moment < EARLIEST:
            raise ValueError(f"time {time.isoformat()} is before 1970")
        return time

    @field_validator("currency", mode="before")
    @classmethod
    def _upper_case(cls, currency: Any) -> Any:
        return currency.strip().upper() if isinstance(currency, str) and len(currency) <= 8 else currency

    @field_validator("currency")
    @classmethod
    def _known_currency(cls, currency: str) -> str:
        decimals(currency)
        return currency

    @model_validator(mode="after")
    def _whole(self) -> Self:
        to_minor(self.amount, self.currency)
        _refuse_unkept(self.model_extra or {})
        return self

    @property
    def amount_minor(self) -> int:
        """The amount in the currency's minor unit."""
        return to_minor(self.amount, self.currency)

    @property
    def contents(self) -> tuple[Any, ...]:
        """What makes it the payment it is, in one spelling: two with the same id must agree in this."""
        return (
            normalised(self.transaction_id),
            utc(self.time),
            self.amount_minor,
            self.currency,
            normalised(self.customer_id),
            normalised(self.merchant_or_terminal_id or ""),
            normalised(self.device or ""),
            normalised(self.country or "").upper(),
            normalised(self.channel or ""),
            normalised(self.ip or ""),
        )


def refuse_conflicts(transactions: tuple[Transaction, ...]) -> None:
    """Raise ValueError when an id stands for two different payments."""
    seen: dict[str, tuple[Any, ...]] = {}
    for transaction in transactions:
        contents = transaction.contents
        if seen.setdefault(contents[0], contents) != contents:
            raise ValueError(f"transaction_id {contents[0]!r} is given twice with other contents; ids must be unique")
