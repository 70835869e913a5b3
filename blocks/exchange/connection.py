"""A connection to one exchange through ccxt: its addresses, its patience, and what its refusals mean."""

import random
import threading
import time
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import ccxt

from blocks.exchange.errors import ExchangeUnavailable, UnknownExchange
from blocks.exchange.network import require_network
from blocks.exchange.refusal import FINAL_STATUS, LIMITED_STATUS, Ban, is_passing, seconds_banned
from blocks.exchange.transport import Transport

Answer = TypeVar("Answer")

CONNECT_SECONDS: Final = 3.0
MARKETS_SECONDS: Final = 3600.0
FIRST_ERROR: Final = 400  # the first HTTP status that is one
# Binance's own address for market data alone; it also answers where api.binance.com refuses a whole country (451).
MARKET_DATA_HOSTS: Final = {"binance": "https://data-api.binance.vision"}


class Connection:
    """One ccxt client with its rate limiter and its markets; calls are serialised, so it is safe to share.

    `patience` bounds the seconds that a call may spend on waiting before it is repeated, `attempts` the repeats.
    """

    def __init__(
        self,
        name: str,
        *,
        base_url: str | None = None,
        credentials: dict[str, str] | None = None,
        timeout: float = 10.0,
        attempts: int = 4,
        patience: float = 20.0,
    ) -> None:
        self.name = name
        self.client = _client(name, timeout, credentials or {})
        self.transport = Transport(CONNECT_SECONDS)
        for scheme in ("http://", "https://"):
            self.client.session.mount(scheme, self.transport)
        self.attempts = attempts
        self.patience = patience
        self.mirror = None if base_url else MARKET_DATA_HOSTS.get(name)
        self._lock = threading.RLock()
        self._ban = Ban()
        if base_url:
            self.move_to(base_url)

    @property
    def address(self) -> str:
        """Scheme and host that public market data is read from."""
        api = self.client.urls["api"]
        public = api if isinstance(api, str) else api.get("public") or next(_strings(api))
        url = urlsplit(self.client.implode_hostname(public if isinstance(public, str) else next(_strings(public))))
        return f"{url.scheme}://{url.netloc}"

    def move_to(self, base_url: str) -> None:
        """Send every request to `base_url` in place of the exchange's own hosts; paths stay."""
        self.client.urls["api"] = _moved(self.client.urls["api"], base_url.rstrip("/"))

    def call(self, request: Callable[[], Answer]) -> Answer:
        """The answer to `request`, repeated with growing pauses while the exchange is busy or the line is bad.

        A `Retry-After` of the exchange is kept to, by later calls too. Raises `NetworkAway` within about 3 s where
        nothing can be reached, `ExchangeUnavailable` when it is in maintenance or has banned us, and when attempts or
        patience are used up; other errors of ccxt pass through.
        """
        with self._lock:
            if reason := self._ban.reason:
                raise self._unavailable(reason)
            require_network(self.address)
            deadline = time.monotonic() + self.patience
            for attempt in range(1, self.attempts + 1):
                try:
                    return request()
                except ccxt.BaseError as error:
                    if self._moved_to_mirror():
                        continue
                    if isinstance(error, ccxt.OnMaintenance):
                        raise self._unavailable("it is in maintenance") from error
                    if not is_passing(error, self.transport.status):
                        raise
                    pause = self._pause(error, attempt)
                    if attempt == self.attempts or time.monotonic() + pause > deadline:
                        raise self._unavailable(f"gave up after {attempt} attempts", error) from error
                    time.sleep(pause)
                except (TypeError, ValueError, AttributeError, KeyError) as error:
                    raise ExchangeUnavailable(
                        f"{self.address} answered with something other than market data ({type(error).__name__}): "
                        "is there a login page or a proxy in between?"
                    ) from error
            raise ExchangeUnavailable(f"{self.client.name} refuses at both of its addresses.")

    def _moved_to_mirror(self) -> bool:
        """Whether a refusal for legal reasons was met and another official address is now in use."""
        if self.transport.status != 451 or self.mirror is None:
            return False
        self.move_to(self.mirror)
        self.mirror = None
        return True

    def _pause(self, error: Exception, attempt: int) -> float:
        """Seconds until the next attempt; raises when there should be none, and remembers a ban."""
        status, asked = self.transport.status or 0, self.transport.retry_after
        if status in LIMITED_STATUS:
            asked = seconds_banned(error) if asked is None else asked
        if (reason := FINAL_STATUS.get(status)) and asked is None:
            raise self._unavailable(reason, error) from error
        if asked is None:
            return float(0.3 * 2 ** (attempt - 1) * random.uniform(0.75, 1.25))  # noqa: S311 - jitter, not a secret
        if asked > self.patience:
            if status in LIMITED_STATUS:
                self._ban.begin(asked, f"HTTP {status}, it asked to wait {asked:.0f} s")
            raise self._unavailable(f"it asks to wait {asked:.0f} s", error) from error
        return asked

    def _unavailable(self, reason: str, error: Exception | None = None) -> ExchangeUnavailable:
        status = self.transport.status or 0
        kind = f"HTTP {status}" if status >= FIRST_ERROR else type(error).__name__
        return ExchangeUnavailable(
            f"{self.client.name} at {self.address} is not available: {reason}{f' ({kind})' if error else ''}. "
            "Try again later, or name another exchange."
        )


_shared: dict[tuple[Any, ...], tuple[float, Connection]] = {}
_shared_lock = threading.Lock()


def shared_connection(
    name: str,
    *,
    base_url: str | None,
    credentials: tuple[tuple[str, str], ...],
    timeout: float,
    attempts: int,
    patience: float,
) -> Connection:
    """This process's one connection with these settings; made anew each hour, so that its list of markets is fresh."""
    key = (name, base_url, credentials, timeout, attempts, patience)
    with _shared_lock:
        expires, connection = _shared.get(key, (0.0, None))
        if connection is None or time.monotonic() >= expires:
            connection = Connection(
                name,
                base_url=base_url,
                credentials=dict(credentials),
                timeout=timeout,
                attempts=attempts,
                patience=patience,
            )
            _shared[key] = (time.monotonic() + MARKETS_SECONDS, connection)
        return connection


def _client(name: str, timeout: float, credentials: dict[str, str]) -> Any:
    """A ccxt client of the exchange called `name`."""
    if name not in ccxt.exchanges:
        close = get_close_matches(name, ccxt.exchanges, 3, 0.5)
        hint = f"did you mean {' or '.join(close)}?" if close else "binance, kraken, coinbase and many more are known."
        raise UnknownExchange(f"ccxt knows no exchange {name!r}: {hint}")
    client = getattr(ccxt, name)(
        {
            **credentials,
            "enableRateLimit": True,
            "timeout": int(timeout * 1000),
            "requests_trust_env": True,  # HTTPS_PROXY and NO_PROXY count
            # what is signed carries the exchange's time, whatever this machine's clock says
            "options": {"defaultType": "spot", "adjustForTimeDifference": bool(credentials)},
        }
    )
    client.has["fetchCurrencies"] = False  # deposits and networks, one more request before the first candle
    client.options["fetchMargins"] = False  # what Binance would be asked for as soon as there is a key
    if isinstance(client.options.get("fetchMarkets"), dict):
        client.options["fetchMarkets"]["types"] = ["spot"]  # futures live on other hosts and are not asked for
    return client


def _moved(urls: Any, base_url: str) -> Any:
    """The same tree of addresses with another scheme and host."""
    if isinstance(urls, dict):
        return {name: _moved(url, base_url) for name, url in urls.items()}
    return base_url + urlsplit(urls).path if isinstance(urls, str) else urls


def _strings(urls: Any) -> Any:
    """Every address in a tree of them."""
    for url in urls.values() if isinstance(urls, dict) else [urls]:
        if isinstance(url, dict):
            yield from _strings(url)
        elif isinstance(url, str):
            yield url
