"""Everyone's allow and block lists in memory, brought up to date within the transaction that judges."""

from blocks.fraud_lists.entry import changes
from blocks.payment_store.writer import Transaction
from models.fraud.rules import Lists
from tasks.fraud.rule_book import put


class KnownLists:
    """Lists by owner; what changed since they were last looked at is read by its revision."""

    def __init__(self) -> None:
        self._revision = 0
        self._owners: dict[str, Lists] = {}

    def refresh(self, transaction: Transaction) -> None:
        """Take up what was committed before the transaction's next statement: an entry counts once it was answered."""
        for entry in changes(transaction.connection, self._revision):
            put(self._owners.setdefault(entry.owner, Lists()), entry)
            self._revision = entry.revision

    def of(self, owner: str) -> Lists:
        """An owner's lists."""
        return self._owners.get(owner) or Lists()
