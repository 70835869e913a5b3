"""BigQuery through google-cloud-bigquery against an emulator that speaks its wire format."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from blocks.candle_store import CandleSeries, CandleStore, ingest
from blocks.exchange import Exchange
from blocks.warehouse import RowsConflict, Warehouse, WarehouseError
from blocks.warehouse.bigquery_load import ATTEMPTS, IN_MEMORY
from blocks.warehouse.tables import (
    candles,
    forecast_scores,
    metadata,
    price_forecasts,
    publications,
    transaction_verdicts,
)
from tests.blocks.bigquery_server import BigQueryServer, running_emulator
from tests.blocks.binance import HOUR, Binance, candle_rows
from tests.blocks.candle_rows import candle_table_rows
from tests.blocks.score_rows import scores
from tests.conftest import free_port

pytestmark = pytest.mark.blocks

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PUBLISHED = {name for name, table in metadata.tables.items() if not table.info.get("database_only")} - {"publications"}
"""What BigQuery holds: load jobs are its ledger, and the real-time tables are the database's alone."""
OLD_NAMES = {"INT64": "INTEGER", "FLOAT64": "FLOAT"}  # what BigQuery itself answers


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_emulator(tmp_path_factory.mktemp("bigquery")) as url:
        yield url


@pytest.fixture
def server(emulator: str) -> Iterator[BigQueryServer]:
    with BigQueryServer(emulator) as server:
        yield server


@pytest.fixture
def new(server: BigQueryServer) -> Warehouse:
    """A dataset that is not there yet."""
    return Warehouse(url=f"bigquery://project-one/d{uuid4().hex}", endpoint=server.url)


@pytest.fixture
def warehouse(new: Warehouse) -> Warehouse:
    new.migrate()
    return new


def dataset_of(warehouse: Warehouse) -> str:
    return warehouse.url.get_secret_value().rpartition("/")[2]


def forecasts(run_id: str, count: int = 3, **changed: Any) -> list[dict[str, Any]]:
    return [
        {
            "run_id": run_id,
            "step": step,
            "symbol": "BTC",
            "quote": "USDT",
            "timeframe": "1h",
            "exchange": "binance",
            "issued_at": NOON,
            "target_time": NOON + timedelta(hours=step),
            "median": 60_000.123456789 + step,
            "lower_80": 59_000.0,
            "upper_80": 61_000.0,
            "lower_95": 58_000.0,
            "upper_95": 62_000.0,
            "model": "test",
            "model_version": "1",
            "data_source": "sample",
        }
        | changed
        for step in range(1, count + 1)
    ]


def verdict(run_id: str, **changed: Any) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "transaction_id": "t-1",
        "scored_at": NOON,
        "time": NOON - timedelta(days=1),
        "customer_id": "c-1",
        "terminal_id": "é🙂\n\"'",
        "amount_minor": 2**62,
        "currency": "EUR",
        "score": 0.25,
        "decision": "review",
        "reasons": [{"feature": "amount", "share": 0.5}],
        "model_version": "1",
        "rules": None,
    } | changed


def count(warehouse: Warehouse, table: sa.Table = price_forecasts) -> int:
    return int(warehouse.read(sa.select(sa.func.count().label("rows")).select_from(table))[0]["rows"])


def google_client(warehouse: Warehouse) -> Any:
    from google.auth.credentials import AnonymousCredentials
    from google.cloud.bigquery import Client

    return Client("project-one", AnonymousCredentials(), client_options={"api_endpoint": warehouse.endpoint})


def test_tables_are_partitioned_and_clustered_as_defined(warehouse: Warehouse) -> None:
    with google_client(warehouse) as client:
        table = client.get_table(f"{dataset_of(warehouse)}.price_forecasts")
        names = {item.table_id for item in client.list_tables(dataset_of(warehouse))}
    assert (table.time_partitioning.field, table.time_partitioning.type_) == ("issued_at", "DAY")
    assert table.clustering_fields == ["symbol", "timeframe"]
    kinds = ["STRING", "INTEGER", *["STRING"] * 4, *["TIMESTAMP"] * 2, *["FLOAT"] * 5, *["STRING"] * 3]
    kinds += ["FLOAT", "JSON", "JSON"]
    assert [(field.name, OLD_NAMES.get(field.field_type, field.field_type)) for field in table.schema] == list(
        zip(price_forecasts.columns.keys(), kinds, strict=True)
    )
    assert names == PUBLISHED
    warehouse.check()


def test_rows_come_back_as_they_went(warehouse: Warehouse) -> None:
    rows = [verdict("run-1")]
    published = warehouse.publish(transaction_verdicts, rows, run_id="run-1")
    assert published.uri == f"bigquery://project-one.{dataset_of(warehouse)}.transaction_verdicts"
    assert published.count == 1
    assert warehouse.read(transaction_verdicts) == rows


def test_rows_are_added_by_their_key(warehouse: Warehouse) -> None:
    assert warehouse.add(forecast_scores, scores("first", range(1, 4)), run_id="first").count == 3
    assert warehouse.add(forecast_scores, scores("second", range(2, 6), actual=None), run_id="second").count == 2
    stored = warehouse.read(sa.select(forecast_scores).order_by(forecast_scores.c.step))
    assert stored == [*scores("first", range(1, 4)), *scores("second", range(4, 6), actual=None)]
    with google_client(warehouse) as client:
        left = {item.table_id for item in client.list_tables(dataset_of(warehouse))}
    assert left == PUBLISHED


def test_candles_are_stored_with_the_stretch_that_was_asked_for(warehouse: Warehouse) -> None:
    with Binance(candle_rows(120)) as server:
        source, store = Exchange(base_url=server.url), CandleStore(warehouse)
        server.now -= 10 * HOUR
        for new in (49, 10):
            found = ingest(source, store, "BTC", quote="USDT", timeframe="1h", back=timedelta(hours=49))
            assert (found.new, found.revised) == (new, 0)
            server.now += 10 * HOUR
        server.now -= 10 * HOUR
        direct = source.fetch_candles("BTC", count=59)
    stored = store.read(CandleSeries("binance", "BTC", "USDT", "1h"))
    assert stored.digest == direct.digest
    assert (found.since, found.until) == (direct.start, direct.end)


def test_merged_rows_take_the_place_of_older_ones(warehouse: Warehouse) -> None:
    assert warehouse.merge(candles, candle_table_rows(4, close=1.0)).count == 4
    newer = candle_table_rows(3, first=2, close=2.0)
    newer[0] |= dict.fromkeys(("open", "high", "low", "close", "volume"))
    for _ in range(2):
        assert warehouse.merge(candles, newer).count == 3
    assert warehouse.merge(candles, []).count == 0
    stored = warehouse.read(sa.select(candles).order_by(candles.c.time))
    assert stored == [*candle_table_rows(2, close=1.0), *newer]
    columns = warehouse.columns(sa.select(candles.c.time, candles.c.close).order_by(candles.c.time))
    assert columns == {name: [row[name] for row in stored] for name in ("time", "close")}


def test_another_zone_is_stored_as_the_same_moment(warehouse: Warehouse) -> None:
    moment = NOON.astimezone(timezone(timedelta(hours=5, minutes=30))) + timedelta(microseconds=123_456)
    warehouse.publish(transaction_verdicts, [verdict("run-1", scored_at=moment)], run_id="run-1")
    [row] = warehouse.read(transaction_verdicts)
    assert row["scored_at"] == moment
    assert row["scored_at"].utcoffset() == timedelta(0)


def test_a_repeat_adds_nothing_and_uploads_nothing(warehouse: Warehouse, server: BigQueryServer) -> None:
    rows = forecasts("run-1")
    first = warehouse.publish(price_forecasts, rows, run_id="run-1")
    server.requests.clear()
    assert warehouse.publish(price_forecasts, rows[::-1], run_id="run-1") == first
    assert not [path for _, path in server.requests if path.startswith("/upload/")]
    assert count(warehouse) == 3
    warehouse.publish(price_forecasts, forecasts("run-2"), run_id="run-2")
    assert count(warehouse) == 6


def test_publishing_at_the_same_time_adds_the_rows_once(warehouse: Warehouse, server: BigQueryServer) -> None:
    rows = forecasts("run-1", 20)
    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda _: warehouse.publish(price_forecasts, rows, run_id="run-1"), range(6)))
    assert len(set(results)) == 1
    assert count(warehouse) == 20
    assert len(server.jobs) == 1


def test_other_rows_of_the_same_run_are_a_conflict(warehouse: Warehouse) -> None:
    warehouse.publish(price_forecasts, forecasts("run-1"), run_id="run-1")
    with pytest.raises(RowsConflict, match="run-1 has published other rows to price_forecasts"):
        warehouse.publish(price_forecasts, forecasts("run-1", median=1.0), run_id="run-1")
    with pytest.raises(RowsConflict):
        warehouse.publish(price_forecasts, [], run_id="run-1")
    assert {row["median"] for row in warehouse.read(price_forecasts)} == {60_000.123456789 + step for step in (1, 2, 3)}


def test_no_rows_are_no_job(warehouse: Warehouse, server: BigQueryServer) -> None:
    assert warehouse.publish(price_forecasts, [], run_id="run-1").count == 0
    assert server.jobs == {}
    assert count(warehouse) == 0


def test_a_load_that_failed_is_followed_by_another(warehouse: Warehouse, server: BigQueryServer) -> None:
    server.failing_loads = 2
    for _ in range(2):
        with pytest.raises(WarehouseError, match=r"refused \(.*the test asked"):
            warehouse.publish(price_forecasts, forecasts("run-1"), run_id="run-1")
    warehouse.publish(price_forecasts, forecasts("run-1"), run_id="run-1")
    warehouse.publish(price_forecasts, forecasts("run-1"), run_id="run-1")
    assert [job_id.rpartition("-")[2] for job_id in server.jobs] == ["1", "2", "3"]
    assert count(warehouse) == 3


def test_a_table_made_anew_takes_the_rows_again(warehouse: Warehouse) -> None:
    warehouse.publish(price_forecasts, forecasts("run-1"), run_id="run-1")
    with google_client(warehouse) as client:
        client.delete_table(f"{dataset_of(warehouse)}.price_forecasts")
    warehouse.migrate()
    warehouse.publish(price_forecasts, forecasts("run-1"), run_id="run-1")
    assert count(warehouse) == 3


def test_a_run_whose_loads_keep_failing_is_told_to_stop(warehouse: Warehouse, server: BigQueryServer) -> None:
    server.failing_loads = ATTEMPTS
    for _ in range(ATTEMPTS):
        with pytest.raises(WarehouseError, match="refused"):
            warehouse.publish(price_forecasts, forecasts("run-1"), run_id="run-1")
    with pytest.raises(WarehouseError, match=f"{ATTEMPTS} loads of run run-1 .* start a new run"):
        warehouse.publish(price_forecasts, forecasts("run-1"), run_id="run-1")
    assert len(server.jobs) == ATTEMPTS


def test_rows_that_are_too_many_for_memory_go_through_a_file(warehouse: Warehouse, server: BigQueryServer) -> None:
    warehouse.publish(price_forecasts, forecasts("run-1", 30_000), run_id="run-1")
    assert server.uploaded > IN_MEMORY
    assert count(warehouse) == 30_000


def test_a_job_id_says_table_and_run_whatever_the_run_is_called(warehouse: Warehouse, server: BigQueryServer) -> None:
    strange = "run/1 é"
    warehouse.publish(price_forecasts, forecasts(strange), run_id=strange)
    warehouse.publish(price_forecasts, forecasts(strange), run_id=strange)
    [job_id] = server.jobs
    assert re.fullmatch(rf"publish-{dataset_of(warehouse)}-price_forecasts-\d+-[0-9a-f]{{64}}-1", job_id)
    assert len(job_id) < 1024
    labels = server.jobs[job_id]["configuration"]["labels"]
    assert all(re.fullmatch(r"[a-z0-9_-]{1,63}", text) for pair in labels.items() for text in pair)
    assert server.jobs[job_id]["configuration"]["load"]["writeDisposition"] == "WRITE_APPEND"


def test_a_query_is_put_with_parameters(warehouse: Warehouse) -> None:
    hostile = "B`T\"C' OR 1=1 --"
    warehouse.publish(price_forecasts, forecasts("run-1"), run_id="run-1")
    warehouse.publish(price_forecasts, forecasts("run-2", symbol=hostile), run_id="run-2")
    table = price_forecasts.c
    query = (
        sa.select(table.symbol, sa.func.count().label("steps"), sa.func.max(table.target_time).label("last"))
        .where(table.issued_at >= NOON, table.step.in_([1, 2]), table.symbol == hostile, table.median > 1.5)
        .group_by(table.symbol)
        .order_by(table.symbol)
        .limit(5)
    )
    assert warehouse.read(query) == [{"symbol": hostile, "steps": 2, "last": NOON + timedelta(hours=2)}]


def test_tables_can_be_joined(warehouse: Warehouse) -> None:
    warehouse.publish(price_forecasts, forecasts("run-1"), run_id="run-1")
    warehouse.publish(transaction_verdicts, [verdict("run-1")], run_id="run-1")
    query = (
        sa.select(price_forecasts.c.step, transaction_verdicts.c.decision)
        .join_from(price_forecasts, transaction_verdicts, price_forecasts.c.run_id == transaction_verdicts.c.run_id)
        .where(price_forecasts.c.step.between(2, 3))
        .order_by(price_forecasts.c.step.desc())
    )
    assert warehouse.read(query) == [{"step": 3, "decision": "review"}, {"step": 2, "decision": "review"}]


def test_a_query_with_a_naive_time_is_refused(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError, match="no time zone"):
        warehouse.read(sa.select(price_forecasts).where(price_forecasts.c.issued_at > NOON.replace(tzinfo=None)))


def test_a_query_that_bigquery_refuses_says_why(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError, match=r"refused \(.*publications"):
        warehouse.read(publications)


def test_before_migrating_check_says_what_to_do(new: Warehouse) -> None:
    with pytest.raises(WarehouseError, match=r"is not there.*migrate"):
        new.check()
    with pytest.raises(WarehouseError, match="migrate"):
        new.publish(price_forecasts, forecasts("run-1"), run_id="run-1")


def test_a_column_that_is_missing_is_added_and_rows_stay(warehouse: Warehouse) -> None:
    from google.cloud.bigquery import Table

    warehouse.publish(price_forecasts, forecasts("run-1"), run_id="run-1")
    with google_client(warehouse) as client:
        name = f"project-one.{dataset_of(warehouse)}.transaction_verdicts"
        table = client.get_table(name)
        client.delete_table(name)
        older = Table(name, [field for field in table.schema if field.name != "model_version"])
        older.time_partitioning = table.time_partitioning
        older.clustering_fields = table.clustering_fields
        client.create_table(older)
    with pytest.raises(WarehouseError, match=r"lacks transaction_verdicts\.model_version.*migrate"):
        warehouse.check()
    warehouse.migrate()
    warehouse.migrate()  # the emulator goes on describing the table as it was, so this adds it again
    assert warehouse.publish(transaction_verdicts, [verdict("run-1")], run_id="run-1").count == 1
    assert warehouse.read(transaction_verdicts) == [verdict("run-1")]
    assert count(warehouse) == 3


def test_what_migrate_cannot_mend_is_named(warehouse: Warehouse) -> None:
    from google.cloud.bigquery import SchemaField

    with google_client(warehouse) as client:
        name = f"project-one.{dataset_of(warehouse)}.price_forecasts"
        table = client.get_table(name)
        client.delete_table(name)
        fields = [SchemaField("step", "STRING") if field.name == "step" else field for field in table.schema]
        client.create_table(type(table)(name, fields))
    warehouse.migrate()
    with pytest.raises(
        WarehouseError, match=r"price_forecasts\.step is STRING and should be INT64; .*not partitioned.*made anew"
    ):
        warehouse.check()


def test_migrating_at_the_same_time(new: Warehouse) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: new.migrate(), range(4)))
    new.check()


@pytest.mark.parametrize(
    ("refusal", "said"),
    [((403, "accessDenied"), "Data Editor"), ((400, "invalid"), "refused")],
)
def test_what_google_refuses_is_explained(
    warehouse: Warehouse, server: BigQueryServer, refusal: tuple[int, str], said: str
) -> None:
    server.refusal = refusal
    with pytest.raises(WarehouseError, match=said):
        warehouse.check()


def test_a_key_that_is_none_is_never_repeated() -> None:
    for key in ("not json, SECRET", json.dumps({"private_key": "SECRET"}), json.dumps(["SECRET"])):
        warehouse = Warehouse(url="bigquery://project-one/dataset", credentials=key)
        with pytest.raises(WarehouseError, match="service account key") as caught:
            warehouse.check()
        assert "SECRET" not in f"{caught.value!r} {warehouse!r} {caught.value.__cause__}"


def test_no_credentials_on_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "absent.json"))
    with pytest.raises(WarehouseError, match="no usable credentials"):
        Warehouse(url="bigquery://project-one/dataset").check()


def test_an_address_where_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    from blocks.warehouse import bigquery

    monkeypatch.setattr(bigquery, "RETRY", bigquery.RETRY.with_timeout(0.5))
    nowhere = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(WarehouseError, match=rf"cannot be reached at {nowhere}.*endpoint"):
        Warehouse(url="bigquery://project-one/dataset", endpoint=nowhere).check()
