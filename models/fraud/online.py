"""Totals of payments as they come in, from what is kept in memory of each customer and terminal.

The memory holds no more than the longest window and is filled from a store on the first touch; the same totals come
out of `models.fraud.totals.batch_totals` over the store's rows.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from models.fraud.timeline import CUSTOMER_REACH, DAY, TERMINAL_REACH, CustomerLine, TerminalLine
from models.fraud.totals import HABITS, TOTALS

SLACK: Final = DAY
"""Kept beyond the longest window, so that a payment a little late does not go back to the store (microseconds)."""

WORTH_FORGETTING: Final = 64
MOST_ROWS: Final = 4_000_000


class Seen(NamedTuple):
    """One payment as the memory needs it; the time in microseconds since 1970, habits empty where not given."""

    customer: str
    terminal: str
    time: int
    amount: int
    device: str
    country: str
    label: int

    @property
    def habits(self) -> tuple[str, ...]:
        """Its values of `HABITS`."""
        return (self.device, self.country, self.terminal)


class History(Protocol):
    """Where what was before is read from."""

    def of_customers(self, since: Mapping[str, int]) -> Iterable[Seen]:
        """The payments of each customer from a moment on, in any order."""

    def of_terminals(self, since: Mapping[str, int]) -> Iterable[Seen]:
        """The payments at each terminal from a moment on, in any order."""


Line = TypeVar("Line", CustomerLine, TerminalLine)


class OnlineTotals:
    """What is remembered of customers and terminals; those that were not touched longest are forgotten first."""

    def __init__(self, most_rows: int = MOST_ROWS) -> None:
        self.customers: OrderedDict[str, CustomerLine] = OrderedDict()
        self.terminals: OrderedDict[str, TerminalLine] = OrderedDict()
        self.most_rows = most_rows
        self.rows = 0

    def recall(self, payments: Sequence[Seen], history: History) -> None:
        """Make sure that all that the totals of `payments` reach for is in memory. Call it before they are stored."""
        customers: dict[str, int] = {}
        terminals: dict[str, int] = {}
        for payment in payments:
            _want(customers, self.customers, payment.customer, payment.time - CUSTOMER_REACH)
            if payment.terminal:
                _want(terminals, self.terminals, payment.terminal, payment.time - TERMINAL_REACH)
        for customer, since in customers.items():
            self._replace(self.customers, customer, CustomerLine(since))
        for terminal, since in terminals.items():
            self._replace(self.terminals, terminal, TerminalLine(since))
        if customers:
            for seen in sorted(history.of_customers(customers), key=_time):
                self.customers[seen.customer].add(seen.time, seen.amount, seen.habits)
                self.rows += 1
        if terminals:
            for seen in sorted(history.of_terminals(terminals), key=_time):
                self.terminals[seen.terminal].add(seen.time, seen.label)
                self.rows += 1

    def add(self, payments: Sequence[Seen]) -> None:
        """Remember payments whose customers and terminals were recalled."""
        for payment in payments:
            customer = self.customers[payment.customer]
            customer.add(payment.time, payment.amount, payment.habits)
            self.rows += 1
            if payment.terminal:
                self.terminals[payment.terminal].add(payment.time, payment.label)
                self.rows += 1

    def totals(self, payments: Sequence[Seen]) -> NDArray[np.int64]:
        """Totals of payments strictly before each one's moment, rows by `TOTALS`; then drops what is out of reach."""
        counted = np.zeros((len(payments), len(TOTALS)), np.int64)
        for row, payment in enumerate(payments):
            self.customers.move_to_end(payment.customer)
            totals = self.customers[payment.customer].totals(payment.time, payment.habits)
            if payment.terminal:
                self.terminals.move_to_end(payment.terminal)
                totals |= self.terminals[payment.terminal].totals(payment.time)
            counted[row] = [totals.get(name, 0) for name in TOTALS]
        for payment in payments:
            self._trim(self.customers[payment.customer], CUSTOMER_REACH)
            if payment.terminal:
                self._trim(self.terminals[payment.terminal], TERMINAL_REACH)
        return counted

    def forget_terminals(self, terminals: Iterable[str]) -> None:
        """Read these anew when they are touched: labels of their payments came in."""
        for terminal in terminals:
            if line := self.terminals.pop(terminal, None):
                self.rows -= len(line.times)

    def clear(self) -> None:
        """Forget everything: a transaction failed, and what is in memory may not be in the store."""
        self.customers.clear()
        self.terminals.clear()
        self.rows = 0

    def shrink(self) -> None:
        """Forget customers and terminals, the longest untouched first, until the bound is kept."""
        while self.rows > self.most_rows and (self.customers or self.terminals):
            for lines in (self.customers, self.terminals):
                if lines:
                    self.rows -= len(lines.popitem(last=False)[1].times)

    def _replace(self, lines: OrderedDict[str, Line], name: str, line: Line) -> None:
        if name in lines:
            self.rows -= len(lines[name].times)
        lines[name] = line

    def _trim(self, line: CustomerLine | TerminalLine, reach: int) -> None:
        """Forget once half of what is held is out of reach of the newest payment."""
        times = line.times
        oldest = times[-1] - reach - SLACK
        if len(times) > WORTH_FORGETTING and times[len(times) // 2] < oldest:
            before = len(times)
            line.forget(oldest)
            self.rows -= before - len(line.times)


def _want(wanted: dict[str, int], lines: Mapping[str, Line], name: str, since: int) -> None:
    line = lines.get(name)
    if line is None or line.since > since:
        day = (since - SLACK) // DAY * DAY  # whole days: those of one batch are then read together
        wanted[name] = min(day, wanted.get(name, day))


def _time(seen: Seen) -> int:
    return seen.time


assert HABITS == ("device", "country", "terminal")  # noqa: S101 - `Seen.habits` gives them in this order
