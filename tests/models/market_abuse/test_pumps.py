"""Pumps planted in quiet markets raise an alarm; quiet markets do not; nothing later is looked at."""

from dataclasses import replace

import numpy as np
import pytest

from models.market_abuse.pumps.alarms import find_alarms
from models.market_abuse.pumps.bars import Bars
from models.market_abuse.pumps.findings import find_pumps
from models.market_abuse.pumps.planting import pumped
from models.market_abuse.pumps.signal import signal
from models.market_abuse.pumps.thresholds import shipped_thresholds
from models.market_abuse.quiet_market import quiet_market

pytestmark = pytest.mark.fraud

CARD = shipped_thresholds()
RUSH = CARD.variants["25s"]


def test_a_planted_pump_is_found_when_it_begins_and_told_in_words() -> None:
    market = quiet_market(6_000, seed=31)
    start = int(market.time[4_000])
    made = pumped(market, start, height=0.3, crowd=150, drawn=np.random.default_rng(1))
    findings, members, left_out = find_pumps(made, CARD)
    [finding] = [one for one in findings if one.kind == "pump"]
    assert finding.first is not None
    assert abs(finding.first - start / 1e6) <= 60
    assert finding.evidence["rise"] > 0.15
    assert finding.evidence["given_back"] > 0.5
    assert finding.measured_on == "planted"
    assert "market buy orders in 25 seconds" in finding.reasons[0]
    assert len(members[0]) == finding.events
    assert left_out == []


@pytest.mark.parametrize("seed", range(200, 206))
def test_quiet_markets_raise_no_alarm(seed: int) -> None:
    assert find_alarms(Bars.of(quiet_market(4_000, seed=seed, lively=0.8), 25), RUSH) == []


def test_nothing_that_comes_later_changes_a_bars_signal() -> None:
    market = quiet_market(5_000, seed=41)
    whole, cut = Bars.of(market, 25), Bars.of(market[slice(0, 3_000)], 25)
    early = len(cut) - 1  # the last bar was not over
    for name in ("rush", "value", "rise", "moves"):
        one, other = getattr(signal(whole, 1008), name)[:early], getattr(signal(cut, 1008), name)[:early]
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-9)


def test_a_large_trade_alone_is_no_crowd() -> None:
    market = quiet_market(5_000, seed=51)
    amount = market.amount.copy()
    amount[4_000] *= 5_000
    assert find_alarms(Bars.of(replace(market, amount=amount), 25), RUSH) == []


def test_trades_of_one_moment_are_one_order() -> None:
    market = quiet_market(400, seed=3)
    together = replace(market, time=np.full(400, market.time[0]), side=np.ones(400, np.int8), price=np.ones(400))
    assert Bars.of(together, 25).rush.tolist() == [1.0]


def test_a_span_of_too_many_bars_is_left_out_and_said() -> None:
    market = quiet_market(10, seed=1)
    time = market.time.copy()
    time[-1] += 25 * 2_100_000 * 1_000_000
    _, _, left_out = find_pumps(replace(market, time=time), CARD)
    assert "send at most 2,000,000" in left_out[0]
