"""Simulated card payments with known fraud, after the Fraud Detection Handbook's chapter 3 (Le Borgne et al.).

Customers and terminals lie on a 100 by 100 map; a customer pays at terminals within `RADIUS`, at a rate and around an
amount of their own. Frauds: 1 an amount above 220; 2 a terminal whose payments are all fraud for 28 days; 3 a customer
a third of whose payments are five times as high for 14 days.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.fraud.transactions import Transactions

RADIUS = 5.0
HIGH_AMOUNT = 220_00
COMPROMISED_TERMINALS_A_DAY, TERMINAL_DAYS = 2, 28
COMPROMISED_CUSTOMERS_A_DAY, CUSTOMER_DAYS = 3, 14
HANDBOOK_CUSTOMERS = 5000
START = np.datetime64("2026-01-01", "us")


@dataclass(frozen=True, eq=False)
class Simulation:
    """Payments in the order of their time with labels, and the scenario (0 genuine, 1 to 3) behind each."""

    transactions: Transactions
    scenario: NDArray[np.int8]


def simulate(
    *, customers: int = 1000, terminals: int = 2000, days: int = 90, seed: int = 0, start: np.datetime64 = START
) -> Simulation:
    """Payments of `customers` at `terminals` over `days` from `start`; the same for the same seed.

    Compromised customers and terminals a day are the handbook's for 5,000 customers, in proportion. Raises ValueError
    when a number is below one.
    """
    if min(customers, terminals, days) < 1:
        raise ValueError("customers, terminals and days must each be at least 1")
    random = np.random.default_rng(seed)
    places = _terminals_in_reach(random, customers, terminals)
    rate, mean = random.uniform(0, 4, customers), random.uniform(500, 10_000, customers)
    who, day = _visits(random, np.where(places.count > 0, rate, 0.0), days)
    second = random.normal(43_200, 20_000, len(who))
    within = (second > 0) & (second < 86_400)
    who, day, second = who[within], day[within], second[within].astype(np.int64)
    order = np.lexsort((who, second, day))
    who, day, second = who[order], day[order], second[order]
    amount = _amounts(random, mean[who])
    where = places.draw(random, who)
    amount, scenario = _commit_frauds(random, who, where, day, amount, share=customers / HANDBOOK_CUSTOMERS)
    time = start + (day * 86_400 + second) * np.timedelta64(1_000_000, "us")
    rows = len(who)
    return Simulation(
        Transactions(
            transaction_id=np.arange(rows),
            time=time,
            customer=who,
            terminal=where,
            amount=amount,
            currency=np.full(rows, "EUR"),
            label=(scenario > 0).astype(np.int8),
        ),
        scenario,
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


def _commit_frauds(
    random: np.random.Generator,
    who: NDArray[np.int64],
    where: NDArray[np.int64],
    day: NDArray[np.int64],
    amount: NDArray[np.int64],
    *,
    share: float,
) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    scenario = (amount > HIGH_AMOUNT).astype(np.int8)
    for first_day in range(int(day.max(initial=-1)) + 1):
        first, until, customers_until = np.searchsorted(
            day, [first_day, first_day + TERMINAL_DAYS, first_day + CUSTOMER_DAYS]
        )
        terminals = _draw(random, where, COMPROMISED_TERMINALS_A_DAY * share)
        scenario[first:until][np.isin(where[first:until], terminals)] = 2
        customers = _draw(random, who, COMPROMISED_CUSTOMERS_A_DAY * share)
        stolen = first + np.flatnonzero(np.isin(who[first:customers_until], customers))
        abused = stolen[random.random(len(stolen)) < 1 / 3]
        amount[abused] *= 5
        scenario[abused] = 3
    return amount, scenario


def _draw(random: np.random.Generator, ids: NDArray[np.int64], expected: float) -> NDArray[np.int64]:
    """Ids at random, `expected` of them on average, each once."""
    whole = int(expected) + int(random.random() < expected % 1)
    return random.choice(int(ids.max(initial=0)) + 1, min(whole, int(ids.max(initial=0)) + 1), replace=False)


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
