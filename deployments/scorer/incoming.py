"""A payment on its way into the store: its row, and what the memory of windows needs of it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np

from blocks.payment_store import PaymentRow
from models.fraud.online import Seen
from models.fraud.transactions import UNKNOWN_LABEL, Transactions
from tasks.fraud.audit import canonical
from tasks.fraud.transaction import Transaction, utc

EPOCH_ORDINAL = datetime(1970, 1, 1).toordinal()  # noqa: DTZ001 - a date's number, whatever the zone


@dataclass(frozen=True)
class Incoming:
    """A validated payment of an owner."""

    owner: str
    transaction: Transaction
    received_at: datetime

    @cached_property
    def row(self) -> PaymentRow:
        """As it is stored; `given` is what the caller sent, unknown fields included."""
        identifier, time, amount, currency, customer, terminal, device, country, *rest = self.transaction.contents
        return PaymentRow(
            owner=self.owner,
            transaction_id=identifier,
            time_us=microseconds(time),
            customer_id=customer,
            terminal_id=terminal,
            amount_minor=amount,
            currency=currency,
            device=device,
            country=country,
            label=UNKNOWN_LABEL,
            contents_sha256=contents_digest(
                identifier, microseconds(time), amount, currency, customer, terminal, device, country, *rest
            ),
            given=json.dumps(self.transaction.model_dump(mode="json", exclude_unset=True)),
            received_at=self.received_at,
        )

    @property
    def key(self) -> tuple[str, str]:
        """What it is known by."""
        return self.owner, self.row.transaction_id

    @property
    def contents_sha256(self) -> str:
        """Digest of what makes it the payment that it is."""
        return self.row.contents_sha256

    @cached_property
    def seen(self) -> Seen:
        """As the windows count it."""
        row = self.row
        return Seen(row.customer_id, row.terminal_id, row.time_us, row.amount_minor, row.device, row.country, row.label)


def contents_digest(*contents: str | int) -> str:
    """Digest of what makes a payment the one it is: two under one id must agree in it."""
    return hashlib.sha256(canonical({"contents": contents}).encode("ascii")).hexdigest()


def microseconds(time: datetime) -> int:
    """Microseconds since 1970 of an aware moment, exactly."""
    moment = utc(time)
    days = moment.toordinal() - EPOCH_ORDINAL
    seconds = days * 86_400 + moment.hour * 3600 + moment.minute * 60 + moment.second
    return seconds * 1_000_000 + moment.microsecond


def columns_of(payments: Sequence[Incoming]) -> Transactions:
    """Payments column by column, as features are made of them."""
    rows = [one.row for one in payments]

    def text(values: list[str]) -> "np.ndarray[Any, np.dtype[np.object_]]":
        return np.array(values, dtype=object)

    return Transactions(
        transaction_id=text([row.transaction_id for row in rows]),
        time=np.array([row.time_us for row in rows], np.int64).astype("datetime64[us]"),
        customer=text([row.customer_id for row in rows]),
        terminal=text([row.terminal_id for row in rows]),
        amount=np.array([row.amount_minor for row in rows], np.int64),
        currency=text([row.currency for row in rows]),
        label=np.array([row.label for row in rows], np.int8),
        device=text([row.device for row in rows]),
        country=text([row.country for row in rows]),
    )
