"""Fetching and reading the traffic to judge, and a baseline of benign traffic."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from prefect import task
from prefect.cache_policies import NO_CACHE

from blocks.source import fetch
from tasks.network_security.network_file import MAX_FILE_BYTES, NetworkFileError
from tasks.network_security.read import Asked, read_rows, read_traffic
from tasks.network_security.text_table import Cell
from tasks.network_security.traffic import Traffic


def load_traffic(
    rows: Sequence[Mapping[str, Cell]] | None, uri: str | None, baseline_uri: str | None, asked: Asked
) -> tuple[Traffic, Traffic | None]:
    """The traffic of `rows`, or of the file at `uri`, and the baseline if one is named.

    Raises NetworkFileError (a ValueError), `SourceError`.
    """
    traffic = _given(rows or (), asked) if uri is None else fetch_traffic(uri, "records_uri", asked)
    if baseline_uri is None:
        return traffic, None
    baseline = fetch_traffic(baseline_uri, "baseline_uri", "auto")
    if baseline.format != traffic.format:
        raise NetworkFileError(
            f"baseline_uri: the baseline is {baseline.format}, the records are {traffic.format}; give one format"
        )
    return traffic, baseline


def _given(rows: Sequence[Mapping[str, Cell]], asked: Asked) -> Traffic:
    try:
        traffic = read_rows(rows, asked)
    except NetworkFileError as error:
        raise NetworkFileError(f"records: {error}") from error
    canonical = json.dumps([dict(row) for row in rows], sort_keys=True, ensure_ascii=True, default=str)
    traffic.sha256 = hashlib.sha256(canonical.encode()).hexdigest()
    return traffic


@task(
    name="fetch-traffic",
    description="A file of network traffic: its format told, its records checked, packets joined to flows.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def fetch_traffic(uri: str, field: str, asked: Asked) -> Traffic:
    """The traffic in the file at a uri. Errors name the request's `field`."""
    with TemporaryDirectory(prefix="traffic-") as folder:
        fetched = fetch(uri, Path(folder) / "traffic", MAX_FILE_BYTES)
        try:
            traffic = read_traffic(fetched.path, asked)
        except NetworkFileError as error:
            raise NetworkFileError(f"{field}: {error}") from error
    traffic.source, traffic.sha256 = uri, fetched.sha256
    return traffic
