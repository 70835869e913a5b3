"""What the store of candles costs and spares: direct, first and second fetch against a loopback exchange.

`python tests/benchmarks/candle_store.py`; prints a table. "80 ms away" is an exchange that takes so long to answer, as
real ones do.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "blocks"))  # the exchange that tests have

from binance import HOUR, Binance, candle_rows
from pydantic import SecretStr
from sqlalchemy import create_engine, text

from blocks.candle_store import CandleSeries, CandleStore, Span, fetch_incrementally
from blocks.exchange import Exchange
from blocks.warehouse import Warehouse
from deployments.stack.postgres import EmbeddedPostgres

REPEATS = 9
MANY = 100_000


def timed(call: Callable[[], Any], repeats: int = REPEATS, before: Callable[[], Any] | None = None) -> float:
    """Median milliseconds."""
    seconds = []
    for _ in range(repeats):
        if before:
            before()
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    return 1000 * statistics.median(seconds)


def measure(name: str, warehouse: Warehouse, count: int, lag: float) -> None:
    with Binance(candle_rows(count + 100)) as server:
        server.now -= 50 * HOUR
        server.lag = lag
        source, store = Exchange(base_url=server.url), CandleStore(warehouse)
        source.fetch_candles("BTC", count=5)

        def direct() -> None:
            source.fetch_candles("BTC", count=count)

        def through() -> None:
            fetch_incrementally(source, store, "BTC", quote="USDT", timeframe="1h", count=count)

        def goes_on() -> None:
            server.now += HOUR

        rows = {"direct": timed(direct), "first": timed(through, 1)}
        rows["second, nothing new"] = timed(through)
        rows["second, one new"] = timed(through, before=goes_on)
        for what, milliseconds in rows.items():
            print(f"{name:>10}  {1000 * lag:3.0f} ms away  {count:>7,} candles  {what:<20} {milliseconds:8.1f} ms")


def measure_many(name: str, warehouse: Warehouse) -> None:
    with Binance(candle_rows(MANY)) as server:
        candles = Exchange(base_url=server.url, patience=300).fetch_candles("BTC", count=MANY - 2)
    store, span = CandleStore(warehouse), Span(candles.start, candles.end)
    series = CandleSeries("binance", "BTC", "USDT", "1h")
    rows = {f"merge, {what}": timed(lambda: store.merge(candles, span), 1) for what in ("new", "again")}
    rows["read"] = timed(lambda: store.read(series), 1)
    for what, milliseconds in rows.items():
        print(f"{name:>10}              {len(candles):>7,} candles  {what:<20} {milliseconds:8.1f} ms")


if __name__ == "__main__":
    with TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "postgres") as postgres:
        url = postgres.url("postgres")
        for number, (count, lag) in enumerate(((500, 0.0), (2000, 0.0), (500, 0.08), (2000, 0.08), (MANY, 0.0))):
            for name, warehouse in {
                "postgresql": Warehouse(url=SecretStr(url)),
                "sqlite": Warehouse(url=SecretStr(f"sqlite:///{folder}/{number}.db")),
            }.items():
                warehouse.migrate()
                if count == MANY:
                    measure_many(name, warehouse)
                else:
                    measure(name, warehouse, count, lag)
            with create_engine(url).begin() as connection:
                connection.execute(text("TRUNCATE candles, candle_spans"))
