"""The budget of calls: how many a minute and a month, counted across processes and restarts."""

import sqlite3
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from blocks.coingecko.ledger import transaction
from blocks.exchange import ExchangeUnavailable

MINUTE: Final = 60.0
KEPT_SECONDS: Final = 40 * 86_400.0


class BudgetSpent(ExchangeUnavailable):
    """No call to CoinGecko is left in this minute or month."""


@dataclass(frozen=True)
class Usage:
    """Calls made so far and how many there may be; the month is that of the calendar, UTC."""

    minute: int
    month: int
    a_minute: int
    a_month: int


@dataclass(frozen=True)
class Budget:
    """Calls that one account may make. Each attempt counts, whatever is answered, as CoinGecko counts them.

    The count is kept in `file`, so every process of this machine counts the same; another machine counts its own.
    """

    file: Path
    account: str
    a_minute: int
    a_month: int

    def take(self) -> float:
        """Count one call, if there is one left; else the seconds until there will be (0: it was counted).

        Raises `BudgetSpent` when the month's calls are used up.
        """
        now = time.time()
        with transaction(self.file) as ledger:
            ledger.execute("DELETE FROM calls WHERE at < ?", (now - KEPT_SECONDS,))
            usage = self._usage(ledger, now)
            if usage.month >= self.a_month:
                raise BudgetSpent(
                    f"All {self.a_month:,} calls to CoinGecko of this month are used up: wait until the first of the "
                    "next, or set a larger plan's key and `calls_a_month` in the block."
                )
            row = ledger.execute("SELECT until FROM pauses WHERE account = ?", (self.account,)).fetchone()
            if row and row[0] > now:
                return float(row[0] - now)
            if usage.minute >= self.a_minute:
                recent = "SELECT at FROM calls WHERE account = ? AND at > ? ORDER BY at DESC LIMIT 1 OFFSET ?"
                oldest = ledger.execute(recent, (self.account, now - MINUTE, self.a_minute - 1)).fetchone()
                return float(oldest[0] + MINUTE - now)
            ledger.execute("INSERT INTO calls VALUES (?, ?)", (self.account, now))
        return 0.0

    def pause(self, seconds: float) -> None:
        """Make no call for a while, in any process: CoinGecko asked for that."""
        with transaction(self.file) as ledger:
            ledger.execute("INSERT OR REPLACE INTO pauses VALUES (?, ?)", (self.account, time.time() + seconds))

    def usage(self) -> Usage:
        """What has been used."""
        with transaction(self.file) as ledger:
            return self._usage(ledger, time.time())

    def _usage(self, ledger: sqlite3.Connection, now: float) -> Usage:
        begins = datetime.fromtimestamp(now, UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0).timestamp()
        count = "SELECT count(*) FROM calls WHERE account = ? AND at > ?"
        minute, month = (
            int(ledger.execute(count, (self.account, since)).fetchone()[0]) for since in (now - MINUTE, begins)
        )
        return Usage(minute, month, self.a_minute, self.a_month)
