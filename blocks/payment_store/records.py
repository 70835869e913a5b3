"""Rows of the payment store as callers hand them over and get them back."""

from datetime import datetime
from typing import NamedTuple


class PaymentRow(NamedTuple):
    """One payment, in the order of the table's columns."""

    owner: str
    transaction_id: str
    time_us: int
    customer_id: str
    terminal_id: str
    amount_minor: int
    currency: str
    device: str
    country: str
    label: int
    contents_sha256: str
    given: str
    received_at: datetime


class KnownPayment(NamedTuple):
    """What is stored under an id: the digest of the payment's contents, and its audit record if it was judged."""

    contents_sha256: str
    record: str | None


class AuditRow(NamedTuple):
    """One record of the audit, in the order of the table's columns."""

    sequence: int
    owner: str
    transaction_id: str
    run_id: str
    record: str
    previous: str
    digest: str
