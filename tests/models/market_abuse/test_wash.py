"""Wash trades planted in trades: found, and nobody else."""

from dataclasses import replace

import numpy as np
import pytest

from models.market_abuse.quiet_market import START, quiet_market
from models.market_abuse.trades import UNITS, Trades
from models.market_abuse.wash.chance import log10_chance
from models.market_abuse.wash.findings import find_wash_trades
from models.market_abuse.wash.planting import Planted, plant
from models.market_abuse.wash.rules import WashRules

pytestmark = pytest.mark.fraud


def flagged(planted: Planted) -> np.ndarray:
    found = np.zeros(len(planted.trades), dtype=bool)
    for members in find_wash_trades(planted.trades, WashRules())[1]:
        found[members] = True
    return found


def test_planted_rings_are_found_and_honest_trades_left_alone() -> None:
    planted = plant(quiet_market(), accounts=200, seed=3)
    found = flagged(planted)
    assert planted.wash[found].mean() >= 0.95
    assert found[planted.wash].mean() >= 0.95


def test_one_sided_market_makers_raise_no_alarm() -> None:
    planted = plant(quiet_market(seed=5), accounts=100, rings=0, makers=4, maker_share=0.6, seed=4)
    findings, _ = find_wash_trades(planted.trades, WashRules())
    makers = {planted.trades.accounts[place] for place in planted.makers}
    assert not [one for one in findings if makers & set(one.accounts)]


def test_a_market_maker_that_takes_both_sides_of_a_client_is_no_ring() -> None:
    market = quiet_market(seed=6)
    drawn = np.random.default_rng(1)
    clients = 1 + drawn.permutation(len(market)) % 800
    buys = drawn.random(len(market)) < 0.5
    trades = replace(
        market,
        buyer=np.where(buys, clients, 0).astype(np.int32),
        seller=np.where(buys, 0, clients).astype(np.int32),
        accounts=tuple(f"a{number}" for number in range(801)),
    )
    assert find_wash_trades(trades, WashRules())[0] == []


def of(rows: list[tuple[float, float, int, int]], accounts: int = 6) -> Trades:
    """(seconds, amount, seller, buyer) in the order of time."""
    seconds, amounts, sellers, buyers = (np.array(column) for column in zip(*rows, strict=True))
    count = len(rows)
    return Trades(
        time=START + (seconds * 1e6).astype(np.int64),
        price=np.ones(count),
        amount=np.rint(amounts * UNITS).astype(np.int64),
        side=np.zeros(count, np.int8),
        buyer=buyers.astype(np.int32),
        seller=sellers.astype(np.int32),
        market=np.zeros(count, np.int32),
        row=np.arange(1, count + 1),
        id=np.full(count, "", dtype=object),
        accounts=tuple("abcdef"[:accounts]),
    )


def test_a_ring_alone_in_its_file_is_found_by_its_closedness() -> None:
    [finding], [members] = find_wash_trades(
        of([(0, 10, 0, 1), (60, 10.05, 1, 2), (120, 10, 2, 0), (900, 7, 0, 1), (960, 7, 1, 2), (990, 7.02, 2, 0)]),
        WashRules(),
    )
    assert finding.kind == "wash_ring"
    assert finding.accounts == ("a", "b", "c")
    assert finding.evidence["rounds"] == 2
    assert finding.volume == pytest.approx(51.07)
    assert members.tolist() == [0, 1, 2, 3, 4, 5]
    assert "a → b → c → a" in finding.reasons[0]


@pytest.mark.parametrize(
    "rows",
    [
        [(0, 10, 0, 1)],
        [(0, 10, 0, 1), (60, 10, 0, 1), (90, 10, 1, 2)],  # nothing comes back
        [(0, 10, 0, 1), (60, 14, 1, 0), (200, 3, 0, 1), (260, 5, 1, 0)],  # not the same amounts
        [(0, 10, 0, 1), (40 * 86_400, 10, 1, 0), (80 * 86_400, 10, 0, 1), (120 * 86_400, 10, 1, 0)],  # months apart
    ],
)
def test_what_does_not_close_is_none(rows: list[tuple[float, float, int, int]]) -> None:
    assert find_wash_trades(of(rows), WashRules())[0] == []


def beside_a_market(rows: list[tuple[float, float, int, int]]) -> Trades:
    """These trades of a0 to a5 among a thousand of two hundred others."""
    market = quiet_market(1_000, seed=8)
    drawn = np.random.default_rng(2)
    seller = 10 + drawn.integers(0, 200, 1_000)
    buyer = 10 + (seller - 10 + 1 + drawn.integers(0, 198, 1_000)) % 200
    own = of(rows)
    joined = {
        name: np.concatenate([getattr(own, name), getattr(market, name)])
        for name in ("time", "price", "amount", "side", "market", "row", "id")
    }
    trades = Trades(
        **joined,
        seller=np.concatenate([own.seller, seller]).astype(np.int32),
        buyer=np.concatenate([own.buyer, buyer]).astype(np.int32),
        accounts=tuple(f"a{number}" for number in range(210)),
    )
    return trades[np.argsort(trades.time, kind="stable")]


def test_a_set_that_nets_to_nothing_in_differing_amounts_is_found() -> None:
    rows = [(0, 5, 0, 1), (60, 3, 0, 1), (120, 8, 1, 0), (180, 2, 0, 1), (240, 9, 0, 1), (300, 11, 1, 0)]
    trades = beside_a_market(rows)
    findings, members = find_wash_trades(trades, WashRules())
    [(finding, own_trades)] = [found for found in zip(findings, members, strict=True) if found[0].kind == "netted_set"]
    assert (finding.kind, finding.accounts, finding.events) == ("netted_set", ("a0", "a1"), 6)
    assert "each ended where it began" in finding.reasons[0]
    kept = [row for row in rows if row != (300, 11, 1, 0)]
    assert "netted_set" not in {one.kind for one in find_wash_trades(of(kept), WashRules())[0]}
    assert len(own_trades) == 6


def test_self_trades_are_named_with_their_share() -> None:
    [finding], [members] = find_wash_trades(of([(0, 2, 3, 3), (5, 1, 0, 3), (9, 2, 3, 3)]), WashRules())
    assert (finding.kind, finding.accounts, finding.events, finding.score) == ("self_trade", ("d",), 2, 1.0)
    assert members.tolist() == [0, 2]


def test_markets_are_looked_at_apart() -> None:
    rows = [(0, 10, 0, 1), (60, 10, 1, 0), (200, 5, 0, 1), (260, 5, 1, 0)]
    apart = replace(of(rows), market=np.array([0, 1, 0, 1], np.int32), symbols=("X", "Y"))
    assert find_wash_trades(apart, WashRules())[0] == []
    assert find_wash_trades(of(rows), WashRules())[0] != []


def test_the_tail_of_chance_is_poissons() -> None:
    from scipy.stats import poisson

    for found, expected in ((1, 1e-9), (3, 0.4), (12, 5.0), (90, 20.0)):
        assert log10_chance(found, expected) == pytest.approx(poisson.logsf(found - 1, expected) / np.log(10), abs=1e-6)
    assert log10_chance(2, 5.0) == 0


def test_a_set_stays_whole_where_two_of_its_trades_match() -> None:
    rows = [(0, 5, 0, 1), (60, 3, 0, 1), (120, 5, 1, 0), (180, 2, 0, 1), (240, 9, 0, 1), (300, 14, 1, 0)]
    findings, members = find_wash_trades(beside_a_market(rows), WashRules())
    own = [found for found in zip(findings, members, strict=True) if "a0" in found[0].accounts]
    assert [(one.kind, one.accounts, len(places)) for one, places in own] == [("netted_set", ("a0", "a1"), 6)]
