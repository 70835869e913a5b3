"""A run's rows into a table of BigQuery, by one load job whose id is made of the table and the run.

BigQuery runs a job id once, so the id itself keeps a repeat from adding rows, whoever repeats and whenever: it
remembers jobs for six months. A load is atomic and free of charge.
https://cloud.google.com/bigquery/docs/running-jobs#generate-jobid
"""

import hashlib
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, cast

import orjson
from google.api_core.exceptions import Conflict, GoogleAPICallError, NotFound
from google.api_core.retry import Retry, if_exception_type
from google.cloud.bigquery import Client, LoadJob, LoadJobConfig, Table

from blocks.warehouse.digest import rows_digest
from blocks.warehouse.errors import RowsConflict, WarehouseError
from blocks.warehouse.store import Row

IN_MEMORY = 8 << 20  # bytes of rows before they go to a temporary file
LOAD_SECONDS = 600.0
ATTEMPTS = 10
LABEL = "rows_sha256"

# After a 409 the job may take a moment to be found.
_appears = Retry(predicate=if_exception_type(NotFound), timeout=60.0)


def load_once(client: Client, table: Table, rows: Sequence[Row], run_id: str) -> None:
    """Load the rows unless this run's are there; an attempt that failed left nothing, and another follows it.

    Raises `RowsConflict` when the run published other rows, `WarehouseError` when BigQuery refuses these.
    No rows are no job: rows that the run publishes afterwards are then its first.
    """
    digest = rows_digest(rows)[:63]  # a label has room for 63 characters
    for attempt in range(1, ATTEMPTS + 1):
        job_id = _job_id(table, run_id, attempt)
        job = _found(client, table, job_id)
        if job is None:
            if not rows:
                return
            job, is_ours = _start(client, table, rows, job_id, digest)
            if is_ours:
                job.result(timeout=LOAD_SECONDS)
                return
        if _succeeded(job):
            _same_or_conflict(job, digest, run_id)
            return
    raise WarehouseError(
        f"{ATTEMPTS} loads of run {run_id} into {table.table_id} have failed; look at its jobs in BigQuery "
        f"(the last is {job_id}), then start a new run."
    )


def _job_id(table: Table, run_id: str, attempt: int) -> str:
    # With the moment the table was created: one that was dropped and created again has lost its rows.
    name = run_id if re.fullmatch(r"[\w-]{1,200}", run_id, re.ASCII) else hashlib.sha256(run_id.encode()).hexdigest()
    created = f"{table.created:%Y%m%d%H%M%S%f}"
    return f"publish-{table.dataset_id}-{table.table_id}-{created}-{name}-{attempt}"


def _found(client: Client, table: Table, job_id: str) -> LoadJob | None:
    try:
        return cast("LoadJob", client.get_job(job_id, location=table.location, timeout=30.0))
    except NotFound:
        return None


def _start(client: Client, table: Table, rows: Sequence[Row], job_id: str, digest: str) -> tuple[LoadJob, bool]:
    """The job, and whether this call started it rather than one at the same time."""
    config = LoadJobConfig(
        source_format="NEWLINE_DELIMITED_JSON",
        write_disposition="WRITE_APPEND",
        create_disposition="CREATE_NEVER",
        labels={LABEL: digest},
    )
    with lines_of(rows) as stream:
        try:
            # No size, so the upload is resumable and read in chunks.
            job = client.load_table_from_file(
                stream, table.reference, job_id=job_id, location=table.location, job_config=config, rewind=True
            )
        except Conflict:
            job = cast("LoadJob", client.get_job(job_id, location=table.location, retry=_appears))
            return job, False
    return job, True


def _succeeded(job: LoadJob) -> bool:
    """Wait for the job. Whether its rows are there; a job that never ends is an error of its own."""
    try:
        job.result(timeout=LOAD_SECONDS)
    except GoogleAPICallError:
        if not job.error_result:  # it is the waiting that failed, not the job
            raise
        return False
    return True


def _same_or_conflict(job: LoadJob, digest: str, run_id: str) -> None:
    if job.labels.get(LABEL) != digest:
        raise RowsConflict.of(job.destination.table_id, run_id)


@contextmanager
def lines_of(rows: Sequence[Row]) -> Iterator[IO[bytes]]:
    """Rows that `checked_rows` gave as newline-delimited JSON."""
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, mode="rb+") as stream:
        for row in rows:
            stream.write(orjson.dumps(row, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE))
        yield cast("IO[bytes]", stream)
