"""Simulated card payments with known fraud, after the Fraud Detection Handbook's chapter 3 (Le Borgne et al.).

Customers and terminals lie on a 100 by 100 map; a customer pays at terminals within `RADIUS`, at a rate and around an
amount of their own, with devices of their own and mostly at home. Which frauds there are: `models.fraud.scenario`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.fraud.scenario import SCENARIOS, Ledger, Scenario, commit_frauds
from models.fraud.totals import LABEL_DELAY
from models.fraud.transactions import UNKNOWN_LABEL, Transactions

RADIUS = 5.0
START = np.datetime64("2026-01-01", "us")
COUNTRIES = ("DE", "FR", "NL", "AT", "PL")
HOME_SHARE = (0.6, 0.15, 0.1, 0.1, 0.05)
TRIP_DAYS, TRIP_CHANCE = 10, 0.04
SECOND_DEVICE = 0.15
GROUPS, GROUP_SHARE = ("18-29", "30-59", "60+"), (0.25, 0.5, 0.25)


@dataclass(frozen=True, eq=False)
class Simulation:
    """Payments in the order of their time with labels, the scenario behind each, and the payer's age group.

    scenario: 0 genuine, else 1 + its place in `SCENARIOS`. group: one of `GROUPS`, a row each.
    """

    transactions: Transactions
    scenario: NDArray[np.int8]
    group: NDArray[np.str_]

    def known_on(self, moment: np.datetime64) -> Transactions:
        """What an office knows at a moment: payments before it, with labels where these had time to come in."""
        known = self.transactions[self.transactions.time < moment]
        settled = known.time < moment - LABEL_DELAY
        return replace(known, label=np.where(settled, known.label, UNKNOWN_LABEL).astype(np.int8))


def simulate(
    *,
    customers: int = 1000,
    terminals: int = 2000,
    days: int = 90,
    seed: int = 0,
    start: np.datetime64 = START,
    scenarios: Sequence[Scenario] = SCENARIOS,
    drift: float = 0.0,
) -> Simulation:
    """Payments of `customers` at `terminals` over `days` from `start`; the same for the same arguments.

    Compromised customers and terminals a day are the handbook's for 5,000 customers, in proportion. With `drift`
    amounts rise by that share of themselves from the first day to the last. Raises ValueError when a number is below
    one, or drift below zero.
    """
    if min(customers, terminals, days) < 1:
        raise ValueError("customers, terminals and days must each be at least 1")
    if drift < 0:
        raise ValueError("drift must be at least 0: the share by which amounts rise")
    random = np.random.default_rng(seed)
    places = _terminals_in_reach(random, customers, terminals)
    rate, mean = random.uniform(0, 4, customers), random.uniform(500, 10_000, customers)
    who, day = _visits(random, np.where(places.count > 0, rate, 0.0), days)
    second = random.normal(43_200, 20_000, len(who))
    within = (second > 0) & (second < 86_400)
    who, day, moment = who[within], day[within], second[within].astype(np.int64)
    order = np.lexsort((who, moment, day))
    who, day, moment = who[order], day[order], moment[order]
    amount = _amounts(random, mean[who] * (1 + drift * day / max(days - 1, 1)))
    device, country = _habits(random, who, day, customers, days)
    group = random.choice(len(GROUPS), customers, p=GROUP_SHARE)
    ledger = Ledger(
        who=who, where=places.draw(random, who), day=day, second=moment, amount=amount, device=device,
        country=country, scenario=np.zeros(len(who), np.int8),
    )  # fmt: skip
    ledger = commit_frauds(
        random, ledger, tuple(scenarios), mean=mean, terminals=terminals, days=days, elderly=group == len(GROUPS) - 1
    )
    rows = len(ledger.who)
    return Simulation(
        Transactions(
            transaction_id=np.arange(rows),
            time=start + (ledger.day * 86_400 + ledger.second) * np.timedelta64(1_000_000, "us"),
            customer=ledger.who,
            terminal=ledger.where,
            amount=ledger.amount,
            currency=np.full(rows, "EUR"),
            label=(ledger.scenario > 0).astype(np.int8),
            device=_names(ledger.device),
            country=np.array((*COUNTRIES, "US", "BR", "NG", "RO"))[ledger.country],
        ),
        ledger.scenario,
        np.array(GROUPS)[group[ledger.who]],
    )


@dataclass(frozen=True, eq=False)
class Places:
    """The terminals within reach of each customer, all in one array."""

    terminals: NDArray[np.int64]
    first: NDArray[np.int64]
    count: NDArray[np.int64]

    def draw(self, random: np.random.Generator, who: NDArray[np.int64]) -> NDArray[np.int64]:
        """A terminal for each customer in `who`."""
        drawn: NDArray[np.int64] = self.terminals[self.first[who] + random.integers(0, self.count[who])]
        return drawn


def _terminals_in_reach(random: np.random.Generator, customers: int, terminals: int) -> Places:
    homes, shops = random.uniform(0, 100, (customers, 2)), random.uniform(0, 100, (terminals, 2))
    lists = [np.flatnonzero(((shops - home) ** 2).sum(axis=1) < RADIUS**2) for home in homes]
    count = np.array([len(found) for found in lists])
    return Places(np.concatenate(lists), np.cumsum(count) - count, count)


def _visits(
    random: np.random.Generator, rate: NDArray[np.float64], days: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    visits = random.poisson(rate[:, None], (len(rate), days))
    who, day = np.indices(visits.shape).reshape(2, -1)
    return np.repeat(who, visits.ravel()), np.repeat(day, visits.ravel())


def _amounts(random: np.random.Generator, mean: NDArray[np.float64]) -> NDArray[np.int64]:
    drawn = random.normal(mean, mean / 2)
    return np.where(drawn > 0, drawn, random.uniform(0, 2 * mean)).round().astype(np.int64)


def _habits(
    random: np.random.Generator, who: NDArray[np.int64], day: NDArray[np.int64], customers: int, days: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Device (a number of the customer's own) and country (a place in `COUNTRIES`) of each payment.

    A device lasts one to two years; a second one pays now and then; a trip of ten days abroad comes twice a year.
    """
    life, age = random.integers(365, 730, customers), random.integers(0, 730, customers)
    generation = (day + age[who]) // life[who]
    second = random.random(len(who)) < SECOND_DEVICE
    device = who * 16 + generation * 2 + second
    home = random.choice(len(COUNTRIES), customers, p=HOME_SHARE)
    periods = -(-days // TRIP_DAYS)
    away = random.random((customers, periods)) < TRIP_CHANCE
    abroad = random.integers(0, len(COUNTRIES), (customers, periods))
    period = day // TRIP_DAYS
    return device, np.where(away[who, period], abroad[who, period], home[who])


def _names(device: NDArray[np.int64]) -> NDArray[np.str_]:
    codes, place = np.unique(device, return_inverse=True)
    return np.array([f"device-{code}" for code in codes.tolist()], "U24")[place]


def example_batch(seed: int = 0, *, rows: int = 40) -> list[dict[str, Any]]:
    """Payments of a few customers over four weeks, ready for JSON, in the order of their time; the last is a fraud.

    The fraud is many times its customer's mean, at night; the customer's ordinary payments are in the batch.
    Raises ValueError when `rows` is below 10.
    """
    if rows < 10:
        raise ValueError("an example needs at least 10 rows: a fraud and what is ordinary for its customer")
    random = np.random.default_rng(seed)
    means = random.uniform(2_000, 6_000, 4)
    who = np.sort(random.integers(0, 4, rows - 1)) if rows > 40 else np.arange(rows - 1) % 4
    start = np.datetime64("2026-06-01T00:00:00", "s")
    seconds = random.integers(0, 28, rows - 1) * 86_400 + random.integers(8 * 3600, 21 * 3600, rows - 1)
    amounts = np.clip(random.normal(means[who], means[who] / 4), 200, None).round().astype(np.int64)
    fraud_time = 28 * 86_400 + 3 * 3600 + int(random.integers(0, 3600))
    time = start + np.append(seconds, fraud_time).astype("timedelta64[s]")
    customer = np.append(who, 0)
    amount = np.append(amounts, round(means[0] * float(random.uniform(8, 11)) / 100) * 100)
    terminal = np.append(random.integers(1, 30, rows - 1), 77)
    order = np.argsort(time, kind="stable")
    return [
        {
            "transaction_id": f"tx-{number:04d}",
            "time": f"{time[row]}Z",
            "amount": f"{amount[row] // 100}.{amount[row] % 100:02d}",
            "currency": "EUR",
            "customer_id": f"customer-{customer[row] + 1}",
            "merchant_or_terminal_id": f"terminal-{terminal[row]}",
            "channel": "online" if row == rows - 1 else "card_present",
            "country": "DE",
        }
        for number, row in enumerate(order, start=1)
    ]
