"""`CandleStore`: candles in the warehouse, and which stretches of time their source has answered for."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from pydantic import SecretStr
from sqlalchemy import Select, and_, select

from blocks.candle_store.combine import candles_of
from blocks.candle_store.series import CandleSeries, series_of
from blocks.candle_store.span import Span, union
from blocks.exchange import Candles, duration
from blocks.settings import get_settings
from blocks.warehouse import Warehouse
from blocks.warehouse.tables import candle_spans
from blocks.warehouse.tables import candles as candle_table

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Table

PRICES = ("open", "high", "low", "close", "volume")


class CandleStore:
    """Candles of any number of series in one warehouse. Safe to use from several processes at once.

    All methods raise `WarehouseError` when the warehouse is away.
    """

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse

    @classmethod
    def default(cls) -> Self:
        """The store in the warehouse."""
        return cls(Warehouse.default())

    @classmethod
    def near(cls) -> Self:
        """The store for what somebody waits for: the warehouse if it is a database, a file in front of BigQuery.

        The file is `candles.db` in the data folder; what it lacks is asked of the source again, which takes less time
        than to ask BigQuery.
        """
        warehouse = Warehouse.default()
        if not warehouse.interactive:
            warehouse = Warehouse(url=SecretStr(f"sqlite:///{get_settings().home / 'candles.db'}"))
        return cls(warehouse)

    def spans(self, series: CandleSeries) -> list[Span]:
        """Stretches that the source has answered for, in order, apart from each other."""
        query = select(candle_spans.c.since, candle_spans.c.until).where(_of(candle_spans, series))
        return union(Span(row["since"], row["until"]) for row in self.warehouse.read(query))

    def read(self, series: CandleSeries, since: datetime | None = None, until: datetime | None = None) -> Candles:
        """The stored candles of `series` that opened at or after `since` and closed by `until`; maybe none at all.

        `as_of` is `until`, else the last close. Candles that can't be stay out, and are counted in `bad_ticks`.
        """
        found = self.warehouse.columns(_selected(series, since, until))
        times = found["time"]
        opened = np.array([time.replace(tzinfo=None) for time in times], dtype="datetime64[ms]")
        prices = np.column_stack([np.array(found[name], dtype=np.float64) for name in PRICES])
        ended = times[-1] + duration(series.timeframe) if times else datetime.now(UTC)
        return candles_of(series, opened, prices, as_of=until or ended)

    def merge(self, candles: Candles, answered: Span | None = None) -> int:
        """Store candles in place of those of the same time, and that the source has `answered` for a stretch.

        No stretch is ever called known before its candles are there. Returns how many were written, the bad ticks among
        them.
        """
        series = series_of(candles)
        rows = list(_rows(candles, series))
        batches: list[tuple[Table, list[dict[str, Any]]]] = [(candle_table, rows)] if rows else []
        if answered is not None:
            spans = [series._asdict() | answered._asdict() | {"asked_at": candles.as_of}]
            batches.append((candle_spans, spans))
        if batches:
            self.warehouse.merge_all(batches)
        return len(rows)


def _rows(candles: Candles, series: CandleSeries) -> Iterable[dict[str, Any]]:
    """Rows of the table; a bad tick is a row without prices."""
    common = series._asdict()
    volumes = [None if np.isnan(volume) else volume for volume in candles.volume.tolist()]
    columns = (candles.open.tolist(), candles.high.tolist(), candles.low.tolist(), candles.close.tolist(), volumes)
    for time, *values in zip(candles.time.astype("datetime64[ms]").tolist(), *columns, strict=True):
        yield common | {"time": time.replace(tzinfo=UTC)} | dict(zip(PRICES, values, strict=True))
    for milliseconds in sorted(set(candles.bad_times) - set(candles.time.astype(np.int64).tolist())):
        yield common | {"time": datetime.fromtimestamp(milliseconds / 1000, UTC)} | dict.fromkeys(PRICES)


def _selected(series: CandleSeries, since: datetime | None, until: datetime | None) -> Select[Any]:
    columns = candle_table.c
    query = select(columns.time, *(columns[name] for name in PRICES)).where(_of(candle_table, series))
    if since is not None:
        query = query.where(columns.time >= since)
    if until is not None:
        query = query.where(columns.time <= until - duration(series.timeframe))
    return query.order_by(columns.time)


def _of(table: "Table", series: CandleSeries) -> "ColumnElement[bool]":
    return and_(*(table.c[name] == value for name, value in series._asdict().items()))
