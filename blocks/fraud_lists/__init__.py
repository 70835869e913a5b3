"""Allow and block lists, in the payment store's database."""

from blocks.fraud_lists.entry import ListEntry
from blocks.fraud_lists.errors import ListConflict, ListFull, NoSuchEntry
from blocks.fraud_lists.store import FraudLists

__all__ = ["FraudLists", "ListConflict", "ListEntry", "ListFull", "NoSuchEntry"]
