"""Spoofers and layerers in the simulated book are found; market makers and institutions are not."""

import numpy as np
import pytest

from models.market_abuse.spoofing.events import CANCEL, FILL, PLACE, OrderEvents
from models.market_abuse.spoofing.findings import find_spoofing
from models.market_abuse.spoofing.orders import STANDING, Orders
from models.market_abuse.spoofing.rules import SpoofingRules
from models.market_abuse.spoofing.simulator import simulate_book

pytestmark = pytest.mark.fraud


def test_the_guilty_are_found_by_their_kind_and_nobody_else() -> None:
    book = simulate_book(seed=101)
    findings, episodes, _ = find_spoofing(book.events, SpoofingRules())
    found = {(one.kind, one.accounts[0]) for one in findings}
    assert found == {
        *(("spoofing", f"trader-{place}") for place in book.spoofers),
        *(("layering", f"trader-{place}") for place in book.layerers),
    }
    assert all(one.measured_on == "simulated" and "simulator of our own" in one.reasons[-1] for one in findings)
    assert [len(one) for one in episodes] == [int(one.evidence["episodes"]) for one in findings]


def test_honest_accounts_alone_give_no_finding() -> None:
    book = simulate_book(spoofers=0, layerers=0, makers=8, institutions=8, seed=102)
    assert find_spoofing(book.events, SpoofingRules())[0] == []


def events(rows: list[tuple[float, int, int, int, float]]) -> OrderEvents:
    """(second, action, order, side, amount) of one account."""
    seconds, actions, orders, sides, amounts = (np.array(column) for column in zip(*rows, strict=True))
    return OrderEvents(
        time=(seconds * 1e6).astype(np.int64),
        action=actions.astype(np.int8),
        order=orders.astype(np.int64),
        account=np.zeros(len(rows), np.int32),
        side=sides.astype(np.int8),
        price=np.full(len(rows), 100.0),
        amount=amounts.astype(np.float64),
        accounts=("a",),
    )


def test_an_order_is_followed_to_its_end() -> None:
    orders = Orders.of(
        events(
            [
                (1, PLACE, 7, 1, 10),
                (2, FILL, 7, 1, 4),
                (3, PLACE, 8, -1, 5),
                (4, CANCEL, 7, 1, 6),
                (5, CANCEL, 99, 1, 1),
            ]
        )
    )
    assert orders.filled.tolist() == [4, 0]
    assert orders.cancelled.tolist() == [6, 0]
    assert orders.gone.tolist() == [4_000_000, STANDING]
    assert orders.unknown == 1


def test_one_that_renews_both_sides_is_no_spoofer() -> None:
    rows: list[tuple[float, int, int, int, float]] = []
    for number in range(6):
        at = 100.0 * number
        rows += [
            (at, PLACE, 3 * number, 1, 50),
            (at, PLACE, 3 * number + 1, -1, 50),
            (at, PLACE, 3 * number + 2, -1, 1),
        ]
        rows += [(at + 2, FILL, 3 * number + 2, -1, 1), (at + 3, CANCEL, 3 * number, 1, 50)]
        rows += [(at + 3, CANCEL, 3 * number + 1, -1, 50)]
    assert find_spoofing(events(rows), SpoofingRules())[0] == []
    one_sided = [row for row in rows if row[2] % 3 != 1]
    assert [one.kind for one in find_spoofing(events(one_sided), SpoofingRules())[0]] == ["spoofing"]
