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
MAX_BATCH_ROWS, MAX_HISTORY_ROWS = 2_000_000, 5_000_000


def load_payments(rows: Sequence[Transaction], uri: str | None, history_uri: str | None) -> Payments:
    """Payments from `rows`, or from the file at `uri` when there are none, and earlier ones: each counted once.

    Raises `TransactionFileError` (a ValueError) for files that can't be right and `SourceError` for uris that can't be
    read.
    """
    if uri is None:
        batch, warnings = from_rows(rows)
        source, digest = "request", batch.digest()
    else:
        found = fetch_transactions(uri, "transactions_uri", MAX_BATCH_ROWS)
        batch, digest, source, warnings = found.rows, found.sha256, uri, found.warnings
    warnings += content_warnings(batch)
    if history_uri is None:
        return Payments(batch, None, data_source=source, sha256=digest, warnings=tuple(warnings))
    found = fetch_transactions(history_uri, "history_uri", MAX_HISTORY_ROWS)
    history, repeated = without_batch(found.rows, batch)
    return Payments(
        batch,
        history,
        data_source=f"{source} with history {history_uri}",
        sha256=hashlib.sha256(f"{digest}{found.sha256}".encode()).hexdigest(),
        warnings=(*warnings, *(f"History: {warning}" for warning in found.warnings), *repeated),
    )


class FetchedTransactions:
    """The rows of a file, its digest, and what was noticed."""

    def __init__(self, rows: "Transactions", sha256: str, warnings: list[str]) -> None:
        self.rows = rows
        self.sha256 = sha256
        self.warnings = warnings


@task(
    name="fetch-transactions",
    description="A file of transactions, checked, in one spelling, each counted once.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def fetch_transactions(uri: str, field: str, max_rows: int) -> FetchedTransactions:
    """The transactions in the file at a uri. Errors name the request's `field`."""
    with TemporaryDirectory(prefix="transactions-") as folder:
        fetched = fetch(uri, Path(folder) / "transactions", MAX_FILE_BYTES)
        try:
            rows, warnings = read_transactions(fetched.path, max_rows=max_rows)
        except TransactionFileError as error:
            raise TransactionFileError(f"{field}: {error}") from error
    return FetchedTransactions(rows, fetched.sha256, warnings)
