"""A simulated order book with honest accounts and spoofers: a device for making and testing the detector, no market.

Honest: traders who place an order and are filled or cancel after a while; two-sided market makers who renew small
quotes on both sides with every move of the price; institutions who show one large order for long. Spoofers show one
large order, layerers several, a little away from the best price, fill a small order on the other side, and take the
large ones back.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.market_abuse.spoofing.events import CANCEL, FILL, PLACE, OrderEvents

START: Final = 1_700_000_000_000_000
SECOND: Final = 1_000_000


@dataclass(frozen=True, eq=False)
class SimulatedBook:
    """`spoofers`, `layerers`: places of the guilty among the accounts."""

    events: OrderEvents
    spoofers: tuple[int, ...]
    layerers: tuple[int, ...]


class _Book:
    def __init__(self, seed: int, seconds: float) -> None:
        self.drawn = np.random.default_rng(seed)
        self.seconds = seconds
        self.rows: list[tuple[int, int, int, int, int, float, float]] = []
        self.next = 1
        self.path = 100 * np.exp(np.cumsum(self.drawn.normal(0, 2e-5, int(seconds) + 2)))

    def middle(self, second: float) -> float:
        return float(self.path[min(max(int(second), 0), len(self.path) - 1)])

    def order(self, account: int, side: int, at: float, price: float, amount: float) -> int:
        number, self.next = self.next, self.next + 1
        self.rows.append((self.micro(at), PLACE, number, account, side, price, amount))
        return number

    def end(self, what: int, number: int, account: int, side: int, at: float, price: float, amount: float) -> None:
        self.rows.append((self.micro(at), what, number, account, side, price, amount))

    @staticmethod
    def micro(second: float) -> int:
        return START + int(second * SECOND)


def simulate_book(
    *,
    traders: int = 60,
    makers: int = 4,
    institutions: int = 4,
    spoofers: int = 2,
    layerers: int = 2,
    episodes: int = 8,
    seconds: float = 3600.0,
    seed: int = 0,
) -> SimulatedBook:
    """An hour or so of one market's events."""
    book = _Book(seed, seconds)
    account = 0
    for _ in range(traders):
        _trade(book, account)
        account += 1
    for _ in range(makers):
        _quote(book, account)
        account += 1
    for _ in range(institutions):
        _show_for_long(book, account)
        account += 1
    guilty: dict[bool, list[int]] = {False: [], True: []}
    for number in range(spoofers + layerers):
        layering = number >= spoofers
        _spoof(book, account, episodes, layering=layering)
        guilty[layering].append(account)
        account += 1
    columns = [np.array(column) for column in zip(*sorted(book.rows, key=lambda row: (row[0], row[2])), strict=True)]
    return SimulatedBook(_events(columns, account), tuple(guilty[False]), tuple(guilty[True]))


def _events(columns: list[NDArray[np.generic]], accounts: int) -> OrderEvents:
    time, action, order, account, side, price, amount = columns
    return OrderEvents(
        time=time.astype(np.int64),
        action=action.astype(np.int8),
        order=order.astype(np.int64),
        account=account.astype(np.int32),
        side=side.astype(np.int8),
        price=price.astype(np.float64),
        amount=amount.astype(np.float64),
        accounts=tuple(f"trader-{number}" for number in range(accounts)),
    )


def _trade(book: _Book, account: int) -> None:
    """Orders of both kinds now and then; some are changed in a hurry, some are large."""
    drawn = book.drawn
    for at in np.sort(drawn.uniform(0, book.seconds - 60, int(drawn.integers(5, 60)))).tolist():
        side = 1 if drawn.random() < 0.5 else -1
        amount = float(drawn.lognormal(0, 1.2))
        price = book.middle(at) * (1 - side * float(drawn.exponential(4e-4)))
        number = book.order(account, side, at, price, amount)
        later = at + float(drawn.exponential(15.0)) + 0.05
        what = FILL if drawn.random() < 0.45 else CANCEL
        book.end(what, number, account, side, later, price, amount)


def _quote(book: _Book, account: int) -> None:
    """Both sides, renewed every few seconds; now and then one side is filled, in part or whole."""
    drawn, at = book.drawn, float(book.drawn.uniform(0, 5))
    while at < book.seconds - 20:
        held = float(drawn.exponential(3.0)) + 0.3
        sizes = drawn.lognormal(1.0, 0.5, 2).tolist()
        for side, size in zip((1, -1), sizes, strict=True):
            price = book.middle(at) * (1 - side * 2e-4)
            number = book.order(account, side, at, price, size)
            if drawn.random() < 0.15:
                part = size * float(drawn.choice([0.1, 0.3, 1.0]))
                book.end(FILL, number, account, side, at + held * 0.6, price, part)
                if part < size:
                    book.end(CANCEL, number, account, side, at + held, price, size - part)
            else:
                book.end(CANCEL, number, account, side, at + held, price, size)
        at += held + 0.05


def _show_for_long(book: _Book, account: int) -> None:
    """A large order for minutes, filled bit by bit, then a part taken back; small ones on the other side as well."""
    drawn = book.drawn
    for at in np.sort(drawn.uniform(0, book.seconds - 700, 4)).tolist():
        side = 1 if drawn.random() < 0.5 else -1
        price, size = book.middle(at) * (1 - side * 3e-4), float(drawn.uniform(60, 200))
        number = book.order(account, side, at, price, size)
        parts = drawn.dirichlet(np.ones(6))[:4] * size
        for place, part in enumerate(parts.tolist()):
            book.end(FILL, number, account, side, at + 60 * (place + 1) * float(drawn.uniform(0.6, 1.0)), price, part)
        book.end(CANCEL, number, account, side, at + 400, price, size - float(parts.sum()))


def _spoof(book: _Book, account: int, episodes: int, *, layering: bool) -> None:
    drawn = book.drawn
    for at in np.sort(drawn.uniform(10, book.seconds - 60, episodes)).tolist():
        side = 1 if drawn.random() < 0.5 else -1
        wanted = float(drawn.uniform(0.5, 4))
        bait = wanted * float(drawn.uniform(6, 30))
        middle, levels = book.middle(at), int(drawn.integers(3, 7)) if layering else 1
        filled = at + float(drawn.uniform(0.5, 4))
        for level in range(levels):
            price = middle * (1 + side * 3e-4 * (level + 1))
            own = book.order(account, -side, at + 0.05 * level, price, bait / levels)
            gone = filled + float(drawn.uniform(0.1, 3))
            book.end(CANCEL, own, account, -side, gone, price, bait / levels)
        price = middle * (1 - side * 1e-4)
        number = book.order(account, side, at + 0.4, price, wanted)
        book.end(FILL, number, account, side, filled, price, wanted)
    for at in np.sort(drawn.uniform(10, book.seconds - 60, episodes)).tolist():  # it trades honestly too
        side = 1 if drawn.random() < 0.5 else -1
        number = book.order(account, side, at, book.middle(at), 1.0)
        book.end(FILL, number, account, side, at + 2, book.middle(at), 1.0)
