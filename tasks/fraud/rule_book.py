"""The rules and lists in force."""

import hashlib
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from blocks.fraud_lists import FraudLists, ListEntry
from blocks.settings import get_settings
from models.fraud.rules import Listed, Lists, RuleBook, default_rules
from tasks.run_owner import current_owner

if TYPE_CHECKING:
    from models.fraud.features import FeatureTable
    from models.fraud.rules.columns import Matches
    from models.fraud.transactions import Transactions


class RuleBookError(ValueError):
    """The file of rules can't be used; says where it is wrong."""


def rules_in_force() -> RuleBook:
    """The rules of the file that `FRAUD_RULES` names, else those that come with the code. Raises RuleBookError."""
    path = get_settings().fraud_rules
    if path is None:
        return default_rules()
    try:
        written = path.read_bytes()
    except OSError as error:
        raise RuleBookError(f"FRAUD_RULES names {path}, which can't be read: {error.strerror}") from error
    return _validated(path, hashlib.sha256(written).hexdigest(), written)


@lru_cache(maxsize=4)
def _validated(path: Path, _digest: str, written: bytes) -> RuleBook:
    try:
        return RuleBook.model_validate_json(written)
    except ValidationError as error:
        wrong = [f"{'/'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_url=False)[:5]]
        raise RuleBookError(f"the rules in {path} are not valid: {'; '.join(wrong)}") from error


def lists_of(owner: str) -> Lists:
    """The owner's lists as they stand. Raises `PaymentStoreAway`."""
    lists = Lists()
    for entry in FraudLists.default().entries(owner):
        put(lists, entry)
    return lists


def matches_of(batch: "Transactions", features: "FeatureTable") -> "Matches":
    """Which of a run's payments are hit by the rules in force and its owner's lists.

    Raises RuleBookError, `PaymentStoreAway`.
    """
    from models.fraud.rules.columns import Matches  # noqa: PLC0415 - numpy where it is used

    columns = {
        **{name: features.values[:, place] for place, name in enumerate(features.names)},
        "currency": batch.currency,
        "country": batch.country,
        "channel": batch.channel,
        "device": batch.device,
        "ip": batch.ip,
        "customer_id": batch.customer,
        "merchant_or_terminal_id": batch.terminal,
    }
    lists = lists_of(current_owner() or "local")
    return Matches.of(columns, len(batch), rules_in_force(), lists, datetime.now(UTC))


def put(lists: Lists, entry: ListEntry) -> None:
    """Take up an entry as it stands: on its list, or on none any more."""
    listed = Listed(entry.list, entry.reason, entry.revision, entry.expires_at)  # type: ignore[arg-type]  # its columns hold names that were validated
    lists.put(entry.field, entry.value, listed if entry.removed_at is None else None)  # type: ignore[arg-type]  # as above
