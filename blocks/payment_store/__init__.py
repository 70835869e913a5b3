"""The payment store: what the real-time scorer was told and answered, in PostgreSQL or SQLite."""

from blocks.payment_store.errors import PaymentStoreAway, PaymentStoreError, PaymentStoreTaken
from blocks.payment_store.records import AuditRow, KnownPayment, PaymentRow
from blocks.payment_store.store import PaymentStore
from blocks.payment_store.writer import Writer

__all__ = [
    "AuditRow",
    "KnownPayment",
    "PaymentRow",
    "PaymentStore",
    "PaymentStoreAway",
    "PaymentStoreError",
    "PaymentStoreTaken",
    "Writer",
]
