"""Candles for a prediction: from the exchange, or from the recorded sample when there is no network."""

import json
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, Unpack

import numpy as np
from numpy.typing import NDArray
from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from blocks.asset_store import AssetStore
from blocks.candle_store import CandleSource, CandleStore, Window, candle_source, fetch_incrementally
from blocks.exchange import Candles, MarketDataError, NetworkAway, Timeframe
from blocks.recorded_candles import recorded_candles
from blocks.warehouse import WarehouseError
from tasks.run import asset_path

SAMPLE: Final = "sample"
CANDLES: Final = "candles.json"


@dataclass(frozen=True, eq=False)
class Market:
    """Candles, and in plain words where they are from."""

    candles: Candles
    data_source: str

    @property
    def historical(self) -> bool:
        """Whether these are recorded candles of years ago."""
        return self.candles.source == SAMPLE


@task(
    name="fetch-candles",
    description="Closed candles from the store and, for what is new, the exchange; the recorded sample offline.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def fetch_candles(symbol: str, *, quote: str, timeframe: Timeframe, exchange: str, count: int) -> Market:
    """The newest `count` closed candles, kept as an asset of the run, so that a run which is repeated sees the same.

    Those that the warehouse has come from there, and the exchange is asked for the others; the log says how many.
    Without a network, BTC comes from the recorded sample; any other symbol raises `NetworkAway`. `exchange="sample"`
    asks for the sample outright. Raises `MarketDataError` in all its kinds.
    """
    store, path = AssetStore.default(), asset_path(CANDLES)
    if store.exists(path):
        with store.open(path) as stream:
            return _from_json(stream.read())
    if exchange == SAMPLE:
        market = Market(recorded_candles(symbol, timeframe=timeframe, count=count), "recorded sample (asked for)")
    else:
        try:
            source = candle_source(exchange)
            candles = read_candles(source, symbol, quote=quote, timeframe=timeframe, count=count)
            market = Market(candles, source.credit)
        except NetworkAway as away:
            market = _instead(away, symbol, timeframe, count)
            get_run_logger().warning("No network (%s): using the recorded sample of 2021.", away)
    store.put(path, _to_json(market), "application/json")
    return market


def read_candles(source: CandleSource, symbol: str, *, quote: str, timeframe: str, **window: Unpack[Window]) -> Candles:
    """Closed candles through the store, as `fetch_incrementally` gives them; past the store where it is away.

    Raises `MarketDataError` in all its kinds.
    """
    log = get_run_logger()
    try:
        found = fetch_incrementally(source, CandleStore.near(), symbol, quote=quote, timeframe=timeframe, **window)
    except WarehouseError as error:
        log.warning("The store of candles is away, all of them are asked of %s: %s", source.name, error)
        return source.fetch_candles(symbol, quote=source.quoted(quote), timeframe=timeframe, **window)
    log.info(
        "%d candles of %s: %d from the store, %d new from %s, %d revised by it.",
        len(found.candles), symbol, found.stored, found.new, source.name, found.revised,
    )  # fmt: skip
    return found.candles


def _instead(away: NetworkAway, symbol: str, timeframe: Timeframe, count: int) -> Market:
    """The recorded sample in place of an exchange that can't be reached."""
    try:
        return Market(
            recorded_candles(symbol, timeframe=timeframe, count=count), f"recorded sample (network unavailable: {away})"
        )
    except MarketDataError as error:
        raise NetworkAway(
            f"The network is unavailable ({away}) and the recorded sample can't stand in: {error} "
            "Try again when the network is back."
        ) from away


def _to_json(market: Market) -> bytes:
    """All of it; Python writes floats so that they read back bit by bit."""
    values: dict[str, Any] = {"data_source": market.data_source}
    for field in fields(Candles):
        value = getattr(market.candles, field.name)
        if field.name == "time":
            value = value.astype("int64").tolist()
        elif isinstance(value, datetime):
            value = value.isoformat()
        values[field.name] = value.tolist() if hasattr(value, "tolist") else value
    return json.dumps(values).encode()


def _from_json(content: bytes) -> Market:
    values = json.loads(content)
    source = values.pop("data_source")
    values["time"] = np.array(values["time"], dtype="datetime64[ms]")
    values["bad_times"] = tuple(values.get("bad_times", ()))
    values["as_of"] = datetime.fromisoformat(values["as_of"])
    for column in ("open", "high", "low", "close", "volume"):
        values[column] = np.array(values[column], dtype=np.float64)
    return Market(Candles(**values), source)


def close_times(candles: Candles) -> NDArray[np.datetime64]:
    """When each candle closed: the moment its close was known."""
    return candles.time + np.timedelta64(candles.step)
