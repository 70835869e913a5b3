"""`CoinGecko`: a block for prices averaged over many exchanges."""

import hashlib
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal, Self

from prefect.blocks.core import Block
from pydantic import AnyHttpUrl, Field, SecretStr

from blocks.coingecko.budget import Budget, Usage
from blocks.coingecko.cache import Cache
from blocks.exchange import Candles, duration
from blocks.saved_block import saved_or_default
from blocks.settings import get_settings

if TYPE_CHECKING:
    from blocks.coingecko.connection import Connection

ATTRIBUTION: Final = "Data provided by CoinGecko (https://www.coingecko.com)"
"""What CoinGecko asks everybody to say who shows its data. https://brand.coingecko.com/resources/attribution-guide"""

DEFAULT_COUNT: Final = 500
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
HOSTS: Final = {"demo": "https://api.coingecko.com/api/v3", "pro": "https://pro-api.coingecko.com/api/v3"}
# calls a minute and a month; without a key the limit goes by address and is not told
LIMITS: Final = {"keyless": (10, 10_000), "demo": (30, 10_000), "pro": (250, 100_000)}


class CoinGecko(Block):
    """CoinGecko's candles and prices. Needs no key; a free demo key raises the limits, a paid one adds 1h and 1d.

    Calls are counted in the data folder: machines that share a key split `calls_a_month` among them. `default` reads
    COINGECKO_DEMO_API_KEY or COINGECKO_PRO_API_KEY where no block is saved.
    """

    _block_type_name = "CoinGecko"
    _block_type_slug = "coingecko"
    _description = "Candles and prices averaged over many exchanges, within a budget of calls; needs no key."

    api_key: SecretStr | None = Field(None, description="API key of the plan.")
    plan: Literal["demo", "pro"] = Field(
        "demo", description="Whose key it is: of the free demo plan, or of a paid one."
    )
    base_url: AnyHttpUrl | None = Field(
        None, description="Another address in place of CoinGecko's own, path included: a proxy or mirror."
    )
    calls_a_minute: int | None = Field(None, ge=1, le=100_000, description="Most calls a minute. Unset: the plan's.")
    calls_a_month: int | None = Field(None, ge=1, description="Most calls a calendar month. Unset: the plan's.")
    timeout: float = Field(10.0, gt=0, le=60, description="Seconds to wait for one answer.")
    attempts: int = Field(3, ge=1, le=10, description="How often a request is sent before giving up; each counts.")
    patience: float = Field(20.0, ge=0, le=600, description="Most seconds spent on waiting for the next call.")

    @classmethod
    def default(cls) -> Self:
        """The block saved as `default`, else one with the environment's key, else one without."""
        return saved_or_default(cls, "default", cls._local_default)

    @classmethod
    def _local_default(cls) -> Self:
        if key := os.environ.get("COINGECKO_PRO_API_KEY"):
            return cls(api_key=SecretStr(key), plan="pro")
        key = os.environ.get("COINGECKO_DEMO_API_KEY")
        return cls(api_key=SecretStr(key) if key else None)

    @property
    def name(self) -> str:
        """What requests call it in place of an exchange."""
        return "coingecko"

    @property
    def absence_is_final(self) -> bool:
        """It keeps few days, and a better plan keeps more: what it did not give today it may give tomorrow."""
        return False

    @property
    def credit(self) -> str:
        """What a result says of where its candles are from."""
        return f"{self.name}: {ATTRIBUTION}"

    def quoted(self, quote: str) -> str:
        """What prices come in where `quote` is asked for: dollars in place of coins that are worth one."""
        from blocks.coingecko.coin import quoted  # noqa: PLC0415 - the client takes a quarter of a second to import

        return quoted(quote)

    def require(self, timeframe: str) -> None:
        """Raise `UnsupportedTimeframe` where the plan has no such candles."""
        from blocks.coingecko.feed import require_timeframe  # noqa: PLC0415 - the client is slow to import

        require_timeframe(timeframe, self.plan)

    def time(self) -> datetime:
        """This machine's: CoinGecko tells none."""
        return datetime.now(UTC)

    def fetch_candles(
        self,
        symbol: str,
        *,
        quote: str = "USD",
        timeframe: str = "4h",
        count: int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        as_of: datetime | None = None,
    ) -> Candles:
        """Closed candles as `Exchange.fetch_candles` gives them, without volume (NaN), of those that CoinGecko keeps.

        These are 30m for one day and 4h for 30 days; on a paid plan 1h for 90 days and 1d for 180 days too. Raises
        `BudgetSpent`, `UnknownSymbol` (currencies too), `UnsupportedTimeframe`, `NoCandles`, `ExchangeUnavailable`.
        """
        from blocks.coingecko.feed import read_candles  # noqa: PLC0415 - the client is slow to import

        now, step = as_of or self.time(), duration(timeframe)
        end = min(until or now, now)
        return read_candles(
            self._connection(),
            plan=self.plan,
            symbol=symbol,
            quote=quote,
            timeframe=timeframe,
            since=since or end - (end - EPOCH) % step - (count or DEFAULT_COUNT) * step,
            until=end,
            as_of=now,
        )

    def tickers(self, symbols: Iterable[str], quote: str = "USD") -> dict[str, float]:
        """The price of each symbol now, at most a minute old. Raises as `fetch_candles` does."""
        from blocks.coingecko.feed import read_prices  # noqa: PLC0415 - the client is slow to import

        return read_prices(self._connection(), tuple(symbols), quote)

    def usage(self) -> Usage:
        """Calls made by this machine, and how many there may be."""
        return self._budget().usage()

    def check(self) -> None:
        """Raise `MarketDataError` saying what is wrong, when CoinGecko can't be used from here. Costs a call."""
        self._connection().ask("ping", 0.0, lambda client: client.ping.with_raw_response.get)

    def _budget(self) -> Budget:
        a_minute, a_month = LIMITS[self.plan if self.api_key else "keyless"]
        key = self.api_key.get_secret_value() if self.api_key else ""
        return Budget(
            get_settings().home / "coingecko.db",
            hashlib.sha256(f"{self.plan} {key}".encode()).hexdigest()[:16],
            self.calls_a_minute or a_minute,
            self.calls_a_month or a_month,
        )

    def _connection(self) -> "Connection":
        from blocks.coingecko.connection import connect  # noqa: PLC0415 - the client is slow to import

        budget = self._budget()
        return connect(
            base_url=str(self.base_url or HOSTS[self.plan]),
            api_key=self.api_key.get_secret_value() if self.api_key else None,
            plan=self.plan,
            timeout=self.timeout,
            budget=budget,
            cache=Cache(budget.file),
            attempts=self.attempts,
            patience=self.patience,
        )
