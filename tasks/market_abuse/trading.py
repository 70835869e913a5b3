"""What was given to analyse, as it was read."""

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from models.market_abuse.trades import Trades

Subject = Literal["trades", "order_book", "accounts", "market"]


class Trading:
    """A plain class, for Prefect searches every value inside a dataclass that is passed to a task for futures.

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
        first: float | None = None,
        last: float | None = None,
        warnings: list[str] | None = None,
    ) -> None:
        self.subject = subject
        self.count = count
        self.source, self.sha256 = source, sha256
        self.trades = trades
        self.first, self.last = first, last
        self.warnings = warnings or []

    def __len__(self) -> int:
        return self.count
