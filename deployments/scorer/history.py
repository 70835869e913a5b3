"""Earlier payments on their way into the store, so that windows are full and labels known from the first verdict on."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from blocks.payment_store import PaymentRow
from deployments.scorer.incoming import contents_digest
from tasks.fraud.audit import canonical

if TYPE_CHECKING:
    from models.fraud.transactions import Transactions

AT_ONCE = 5000

Name = Annotated[str, Field(min_length=1, max_length=64)]
Place = Annotated[str, Field(max_length=256)]
Past = tuple[
    Name,
    Annotated[int, Field(ge=0, lt=2**53, description="Microseconds since 1970.")],
    Name,
    Annotated[str, Field(max_length=64)],
    Annotated[int, Field(ge=0, lt=10**15, description="Minor units.")],
    Annotated[str, Field(pattern="^[A-Z]{3}$")],
    Place,
    Place,
    Annotated[int, Field(ge=-1, le=1)],
]
"""(transaction, time, customer, terminal, amount, currency, device, country, label), as `Transactions` has them."""


class Loaded(BaseModel):
    """What became of earlier payments."""

    added: int = Field(description="Payments that were new.")
    known: int = Field(description="Payments that were there.")
    labelled: int = Field(description="Labels put on payments that were there.")


class History(BaseModel):
    """Earlier payments of an owner, checked and in one spelling, each once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: str = Field(min_length=1, max_length=100)
    payments: tuple[Past, ...] = Field(min_length=1, max_length=AT_ONCE)

    def __len__(self) -> int:
        return len(self.payments)

    @classmethod
    def parts(cls, owner: str, rows: "Transactions") -> Iterator[Self]:
        """A file's rows in parts that fit one request."""
        import numpy as np  # noqa: PLC0415 - numpy where it is used

        columns = (
            rows.transaction_id.astype("U"),
            rows.time.astype(np.int64),
            rows.customer.astype("U"),
            rows.terminal.astype("U"),
            rows.amount,
            rows.currency,
            rows.device,
            rows.country,
            rows.label,
        )
        for start in range(0, len(rows), AT_ONCE):
            part = zip(*(column[start : start + AT_ONCE].tolist() for column in columns), strict=True)
            yield cls(owner=owner, payments=tuple(part))

    def rows(self) -> list[PaymentRow]:
        """As they are stored."""
        now = datetime.now(UTC)
        return [self._row(past, now) for past in dict.fromkeys(self.payments)]

    def _row(self, past: Past, now: datetime) -> PaymentRow:
        identifier, time, customer, terminal, amount, currency, device, country, label = past
        return PaymentRow(
            owner=self.owner,
            transaction_id=identifier,
            time_us=time,
            customer_id=customer,
            terminal_id=terminal,
            amount_minor=amount,
            currency=currency,
            device=device,
            country=country,
            label=label,
            contents_sha256=contents_digest(
                identifier, time, amount, currency, customer, terminal, device, country, "", ""
            ),
            given=canonical({"history": list(past[:8])}),
            received_at=now,
        )
