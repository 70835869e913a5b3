"""An entry of a list, and reading entries within anybody's transaction."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection, select

from blocks.warehouse.tables import fraud_list_entries


@dataclass(frozen=True)
class ListEntry:
    """Something on an owner's allow or block list; gone once it has expired or been removed.

    `value` is in the one spelling in which values are compared. `revision` grows with every change of any entry.
    """

    entry_id: str
    owner: str
    list: str
    field: str
    value: str
    reason: str
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    removed_at: datetime | None
    revision: int


COLUMNS: Final = [fraud_list_entries.c[field.name] for field in fields(ListEntry)]

_CHANGES = (
    select(*COLUMNS)
    .where(fraud_list_entries.c.revision > sa.bindparam("known", type_=sa.BigInteger()))
    .order_by(fraud_list_entries.c.revision)
)


def changes(connection: Connection, known: int) -> Iterator[ListEntry]:
    """Everyone's entries that changed after a revision, removed ones too, in the order of the changes."""
    for row in connection.execute(_CHANGES, {"known": known}):
        yield ListEntry(*row)
