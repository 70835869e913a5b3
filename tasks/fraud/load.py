"""Reading the payments to judge, and earlier ones, from the request or from files."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from prefect import task
from prefect.cache_policies import NO_CACHE

from blocks.source import fetch
from tasks.fraud.payments import Payments, content_warnings, from_rows, without_batch
from tasks.fraud.transaction import Transaction
from tasks.fraud.transaction_file import TransactionFileError, read_transactions

if TYPE_CHECKING:
    from models.fraud.transactions import Transactions

MAX_FILE_BYTES = 512 * 2**20
MAX_BATCH_ROWS, MAX_HISTORY_ROWS = 200_000, 5_000_000


@task(
    name="load-transactions",
    description="Payments to judge and earlier ones, checked, in one spelling, each counted once.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def load_transactions(rows: Sequence[Transaction], uri: str | None, history_uri: str | None) -> Payments:
    """Payments from `rows`, or from the file at `uri` when there are none.

    Raises `TransactionFileError` (a ValueError) for files that can't be right and `SourceError` for uris that can't be
    read.
    """
    if uri is None:
        batch, warnings = from_rows(rows)
        source, digest = "request", batch.digest()
    else:
        batch, digest, warnings = read_source(uri, "transactions_uri", MAX_BATCH_ROWS)
        source = uri
    warnings += content_warnings(batch)
    if history_uri is None:
        return Payments(batch, None, source, digest, tuple(warnings))
    history, history_digest, noticed = read_source(history_uri, "history_uri", MAX_HISTORY_ROWS)
    history, repeated = without_batch(history, batch)
    warnings += [f"History: {warning}" for warning in noticed] + repeated
    both = hashlib.sha256(f"{digest}{history_digest}".encode()).hexdigest()
    return Payments(batch, history, f"{source} with history {history_uri}", both, tuple(warnings))


def read_source(uri: str, field: str, max_rows: int) -> tuple["Transactions", str, list[str]]:
    """The transactions at a uri, the file's SHA-256, and what was noticed. Errors name the request's `field`."""
    with TemporaryDirectory(prefix="transactions-") as folder:
        fetched = fetch(uri, Path(folder) / "transactions", MAX_FILE_BYTES)
        try:
            rows, warnings = read_transactions(fetched.path, max_rows=max_rows)
        except TransactionFileError as error:
            raise TransactionFileError(f"{field}: {error}") from error
    return rows, fetched.sha256, warnings
