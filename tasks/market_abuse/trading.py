"""What was given to analyse, as it was read."""

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from models.market_abuse.pumps.bars import Bars
    from models.market_abuse.spoofing.events import OrderEvents
    from models.market_abuse.trades import Trades
    from tasks.market_abuse.account_file import Accounts

Subject = Literal["trades", "order_book", "accounts", "market"]


class Trading:
    """A plain class, for Prefect searches every value inside a dataclass that is passed to a task for futures.

    One of `trades`, `bars` (hourly, of an exchange), `events`, `accounts` holds it.
    `first`, `last`: seconds since 1970 of what was read; None where it tells no time.
    """

    def __init__(
        self,
        subject: Subject,
        count: int,
        *,
        source: str,
        sha256: str,
        trades: "Trades | None" = None,
        bars: "Bars | None" = None,
        events: "OrderEvents | None" = None,
        accounts: "Accounts | None" = None,
        symbol: str | None = None,
        first: float | None = None,
        last: float | None = None,
        warnings: list[str] | None = None,
    ) -> None:
        self.subject = subject
        self.count = count
        self.source, self.sha256 = source, sha256
        self.trades, self.bars, self.events, self.accounts = trades, bars, events, accounts
        self.symbol = symbol
        self.first, self.last = first, last
        self.warnings = warnings or []

    def __len__(self) -> int:
        return self.count
