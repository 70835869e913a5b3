"""`Exchange`: where candles come from."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from prefect.blocks.core import Block
from pydantic import AnyHttpUrl, Field, SecretStr

from blocks.exchange.candles import Candles, clean_candles
from blocks.exchange.errors import MarketDataError, NoCandles
from blocks.exchange.market import find_market, refused, require_timeframe
from blocks.exchange.timeframe import duration
from blocks.saved_block import saved_or_default

if TYPE_CHECKING:
    from blocks.exchange.connection import Connection

MARKETS_SECONDS: Final = 3600.0
PAGE: Final = 500  # candles a request where the exchange does not say how many it gives

_connections: dict[tuple[Any, ...], tuple[float, "Connection"]] = {}
_lock = threading.Lock()


class Exchange(Block):
    """An exchange's spot market data through ccxt. Binance needs no key.

    Save one as `default` to change what `predict_price` uses: another address, longer patience, API keys.
    """

    _block_type_name = "Exchange"
    _block_type_slug = "exchange"
    _description = "Candles of any exchange that ccxt knows, by name; Binance needs no key."

    name: str = Field("binance", description="Name of the exchange in ccxt.", examples=["binance", "kraken"])
    api_key: SecretStr | None = Field(None, description="API key, for exchanges that ask for one.")
    api_secret: SecretStr | None = Field(None, description="Secret that belongs to the API key.")
    api_password: SecretStr | None = Field(None, description="Passphrase, where the exchange has one.")
    base_url: AnyHttpUrl | None = Field(
        None, description="Another address in place of the exchange's own hosts: a proxy or mirror. Paths stay."
    )
    timeout: float = Field(10.0, gt=0, le=60, description="Seconds to wait for one answer.")
    attempts: int = Field(4, ge=1, le=10, description="How often a request is sent before giving up.")
    patience: float = Field(20.0, ge=0, le=600, description="Most seconds spent on pauses between attempts.")

    @classmethod
    def default(cls, name: str = "binance") -> "Exchange":
        """The exchange called `name` in ccxt: the block saved as `default` if it is that one, else one as it comes."""
        saved = saved_or_default(cls, "default", cls)
        return saved if saved.name == name else cls(name=name)

    def fetch_candles(
        self,
        symbol: str,
        *,
        quote: str = "USDT",
        timeframe: str = "1h",
        count: int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Candles:
        """Closed candles of `symbol` in `quote`: the newest `count` (default 500), or those from `since` to `until`.

        What had not closed by the exchange's own clock is left out. Gaps stay gaps: with `count`, the window reaches
        back `count` candles' length, so fewer may come back.
        Raises `UnknownExchange`, `UnknownSymbol`, `UnsupportedTimeframe`, `NoCandles`, `ExchangeUnavailable` (of which
        `NetworkAway` is a case); the message says what to do.
        """
        step = duration(timeframe)
        connection = self._connection()
        market = find_market(connection, symbol, quote)
        require_timeframe(connection, timeframe)
        now = self._now(connection)
        end = min(until or now, now)
        start = since or end - step * ((count or PAGE) + 1)
        rows = [row for page in self._pages(connection, market, timeframe, start, end) for row in page]
        candles = clean_candles(
            (row for row in rows if row[0] is None or _ms(start) <= row[0] <= _ms(end - step)),
            symbol=symbol,
            quote=quote,
            timeframe=timeframe,
            exchange=self.name,
            source=self.name,
            as_of=now,
        )
        if not len(candles):
            raise NoCandles(
                f"{connection.client.name} has no closed {timeframe} candle of {market} between {start:%Y-%m-%d %H:%M} "
                f"and {end:%Y-%m-%d %H:%M} UTC ({candles.bad_ticks} unusable): ask for an earlier window."
            )
        return candles

    def check(self) -> None:
        """Raise `MarketDataError` saying what is wrong, when the exchange can't be used from here."""
        connection = self._connection()
        skew = abs((self._now(connection) - datetime.now(UTC)).total_seconds())
        if skew > 60:
            raise MarketDataError(
                f"This machine's clock and that of {connection.client.name} differ by {skew:.0f} s: set it by NTP."
            )

    def _connection(self) -> "Connection":
        """This process's connection with these settings; its list of markets is renewed every hour."""
        from blocks.exchange.connection import Connection

        secrets = {"apiKey": self.api_key, "secret": self.api_secret, "password": self.api_password}
        credentials = {name: secret.get_secret_value() for name, secret in secrets.items() if secret}
        base_url = str(self.base_url) if self.base_url else None
        key = (self.name, base_url, self.timeout, self.attempts, self.patience, *sorted(credentials.items()))
        with _lock:
            expires, connection = _connections.get(key, (0.0, None))
            if connection is None or time.monotonic() >= expires:
                connection = Connection(
                    self.name,
                    base_url=base_url,
                    credentials=credentials,
                    timeout=self.timeout,
                    attempts=self.attempts,
                    patience=self.patience,
                )
                _connections[key] = (time.monotonic() + MARKETS_SECONDS, connection)
            return connection

    def _now(self, connection: "Connection") -> datetime:
        """The exchange's own time; ours where it tells none."""
        import ccxt

        if not connection.client.has.get("fetchTime"):
            return datetime.now(UTC)
        try:
            return datetime.fromtimestamp(connection.call(connection.client.fetch_time) / 1000, UTC)
        except ccxt.BaseError as error:
            raise refused(connection, error) from error

    def _pages(
        self, connection: "Connection", market: str, timeframe: str, start: datetime, end: datetime
    ) -> Iterator[list[list[float | None]]]:
        """Pages of raw rows from `start` on until `end` is reached; every page moves forward."""
        import ccxt

        client, step = connection.client, int(duration(timeframe).total_seconds() * 1000)
        spot = (client.features or {}).get("spot") or {}
        limit = (spot.get("fetchOHLCV") or {}).get("limit") or PAGE
        since, last = _ms(start), _ms(end)
        while since < last:
            wanted = min(limit, -(-(last - since) // step) + 1)
            try:
                page = connection.call(partial(client.fetch_ohlcv, market, timeframe, since, wanted))
            except ccxt.BaseError as error:
                raise refused(connection, error) from error
            yield page
            newest = max((int(row[0]) for row in page if row[0] is not None), default=0)
            # An exchange that answers with windows of time has empty ones inside a long outage.
            since = newest + 1 if newest >= since else since + limit * step


def _ms(time: datetime) -> int:
    return int(time.timestamp() * 1000)
