"""Kinds of fraud that the simulator commits: the handbook's three, and three of which a device or country tells."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Final, Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray

Scenario = Literal[
    "high_amount",
    "compromised_terminal",
    "compromised_customer",
    "card_testing",
    "account_takeover",
    "merchant_collusion",
]
SCENARIOS: Final[tuple[Scenario, ...]] = get_args(Scenario)
HANDBOOK_SCENARIOS: Final = SCENARIOS[:3]

HIGH_AMOUNT = 220_00
COMPROMISED_TERMINALS_A_DAY, TERMINAL_DAYS = 2, 28
COMPROMISED_CUSTOMERS_A_DAY, CUSTOMER_DAYS = 3, 14
TESTED_BATCHES_A_DAY, TAKEOVERS_A_DAY, RINGS_A_DAY = 0.25, 1.5, 0.1
HANDBOOK_CUSTOMERS = 5000
FOREIGN_COUNTRIES = 4
"""Countries after the customers' own in which stolen cards are used."""


@dataclass(frozen=True, eq=False)
class Ledger:
    """Payments as numbers: payer, terminal, day and second of it, minor units, device, country, scenario."""

    who: NDArray[np.int64]
    where: NDArray[np.int64]
    day: NDArray[np.int64]
    second: NDArray[np.int64]
    amount: NDArray[np.int64]
    device: NDArray[np.int64]
    country: NDArray[np.int64]
    scenario: NDArray[np.int8]

    def with_rows(self, parts: "list[Ledger]", *, days: int) -> Self:
        """These rows and those of the parts that fall before the end, in the order of time."""
        whole = [np.concatenate([getattr(part, column.name) for part in (self, *parts)]) for column in fields(self)]
        day, second, who = whole[2], whole[3], whole[0]
        order = np.lexsort((who, second, day))
        return type(self)(*(column[order[day[order] < days]] for column in whole))


@dataclass(frozen=True, eq=False)
class World:
    """What a fraudster finds: mean amounts, terminals, days, who is elderly, and numbers for devices not yet seen."""

    random: np.random.Generator
    mean: NDArray[np.float64]
    terminals: int
    days: int
    elderly: NDArray[np.bool_]
    foreign: int

    def starts(self, expected: float) -> NDArray[np.int64]:
        """Days on which something begins, `expected` a day on average."""
        begun = self.random.poisson(expected * len(self.mean) / HANDBOOK_CUSTOMERS, self.days)
        return np.repeat(np.arange(self.days), begun)

    def device(self) -> int:
        """A device that no customer has."""
        return 2**40 + int(self.random.integers(0, 2**40))

    def country(self) -> int:
        """A country that is no customer's home."""
        return self.foreign + int(self.random.integers(0, FOREIGN_COUNTRIES))

    def rows(
        self,
        scenario: Scenario,
        who: NDArray[np.int64],
        where: NDArray[np.int64] | int,
        seconds: NDArray[np.int64],
        amount: NDArray[np.float64],
        *,
        device: NDArray[np.int64] | int,
        country: NDArray[np.int64] | int,
    ) -> Ledger:
        """Payments of a scenario at `seconds` since the first day's midnight."""
        many = len(who)
        return Ledger(
            who=who.astype(np.int64),
            where=np.broadcast_to(np.asarray(where, np.int64), many).copy(),
            day=seconds // 86_400,
            second=seconds % 86_400,
            amount=np.maximum(amount.round(), 1).astype(np.int64),
            device=np.broadcast_to(np.asarray(device, np.int64), many).copy(),
            country=np.broadcast_to(np.asarray(country, np.int64), many).copy(),
            scenario=np.full(many, SCENARIOS.index(scenario) + 1, np.int8),
        )


def commit_frauds(
    random: np.random.Generator,
    ledger: Ledger,
    scenarios: tuple[Scenario, ...],
    *,
    mean: NDArray[np.float64],
    terminals: int,
    days: int,
    elderly: NDArray[np.bool_],
    countries: int = 5,
) -> Ledger:
    """The ledger with the scenarios' frauds: some of its payments become frauds, others are added."""
    _abuse_payments(random, ledger, scenarios, share=len(mean) / HANDBOOK_CUSTOMERS)
    world = World(random, mean, terminals, days, elderly, countries)
    adding: dict[Scenario, Callable[[World], list[Ledger]]] = {
        "card_testing": _test_cards,
        "account_takeover": _take_over_accounts,
        "merchant_collusion": _collude,
    }
    parts = [part for name, commit in adding.items() if name in scenarios for part in commit(world)]
    return ledger.with_rows(parts, days=days)


def _abuse_payments(
    random: np.random.Generator, ledger: Ledger, scenarios: tuple[Scenario, ...], *, share: float
) -> None:
    """The handbook's: an amount above 220; a terminal all of whose payments are fraud for 28 days; a customer a third
    of whose payments are five times as high for 14 days."""
    who, where, day, amount, scenario = ledger.who, ledger.where, ledger.day, ledger.amount, ledger.scenario
    if "high_amount" in scenarios:
        scenario[amount > HIGH_AMOUNT] = 1
    for first_day in range(int(day.max(initial=-1)) + 1):
        first, until, customers_until = np.searchsorted(
            day, [first_day, first_day + TERMINAL_DAYS, first_day + CUSTOMER_DAYS]
        )
        if "compromised_terminal" in scenarios:
            terminals = _draw(random, where, COMPROMISED_TERMINALS_A_DAY * share)
            scenario[first:until][np.isin(where[first:until], terminals)] = 2
        if "compromised_customer" in scenarios:
            customers = _draw(random, who, COMPROMISED_CUSTOMERS_A_DAY * share)
            stolen = first + np.flatnonzero(np.isin(who[first:customers_until], customers))
            abused = stolen[random.random(len(stolen)) < 1 / 3]
            amount[abused] *= 5
            scenario[abused] = 3


def _test_cards(world: World) -> list[Ledger]:
    """Small payments of 10 to 25 stolen cards at one terminal within minutes, from one device; a third of the cards
    are emptied within a day."""
    random, parts = world.random, []
    for day in world.starts(TESTED_BATCHES_A_DAY).tolist():
        cards = random.choice(len(world.mean), min(int(random.integers(10, 26)), len(world.mean)), replace=False)
        who = np.repeat(cards, random.integers(1, 5, len(cards)))
        began = day * 86_400 + int(random.integers(0, 80_000))
        seconds = np.sort(began + random.integers(0, 1800, len(who)))
        device, country, where = world.device(), world.country(), int(random.integers(0, world.terminals))
        tiny = random.uniform(50, 500, len(who))
        parts.append(world.rows("card_testing", who, where, seconds, tiny, device=device, country=country))
        emptied = cards[random.random(len(cards)) < 1 / 3]
        later = began + 3600 + random.integers(0, 82_800, len(emptied))
        places = random.integers(0, world.terminals, len(emptied))
        high = world.mean[emptied] * random.uniform(2, 5, len(emptied))
        parts.append(world.rows("card_testing", emptied, places, later, high, device=device, country=country))
    return parts


def _take_over_accounts(world: World) -> list[Ledger]:
    """Three to eight payments within two days from a new device, two thirds of them abroad; elderly people thrice as
    often."""
    random, parts = world.random, []
    chance = np.where(world.elderly, 3.0, 1.0)
    for day in world.starts(TAKEOVERS_A_DAY).tolist():
        victim = int(random.choice(len(chance), p=chance / chance.sum()))
        many = int(random.integers(3, 9))
        seconds = np.sort(day * 86_400 + random.integers(0, 2 * 86_400, many))
        country = world.country() if random.random() < 2 / 3 else 0
        high = world.mean[victim] * random.uniform(1, 4, many)
        who, places = np.full(many, victim), random.integers(0, world.terminals, many)
        parts.append(world.rows("account_takeover", who, places, seconds, high, device=world.device(), country=country))
    return parts


def _collude(world: World) -> list[Ledger]:
    """A merchant and 5 to 12 cards: each pays it a round sum a day, at odd hours, for ten days."""
    random, parts = world.random, []
    for day in world.starts(RINGS_A_DAY).tolist():
        cards = random.choice(len(world.mean), min(int(random.integers(5, 13)), len(world.mean)), replace=False)
        who, days = np.repeat(cards, 10), np.tile(np.arange(10), len(cards))
        seconds = (day + days) * 86_400 + random.integers(0, 6 * 3600, len(who))
        sums = (random.integers(2, 9, len(who)) * 20_00).astype(np.float64)
        device = who * 16 + 15  # a device of the card's own, used for the ring alone
        parts.append(
            world.rows(
                "merchant_collusion", who, int(random.integers(0, world.terminals)), seconds, sums,
                device=device, country=0,
            )
        )  # fmt: skip
    return parts


def _draw(random: np.random.Generator, ids: NDArray[np.int64], expected: float) -> NDArray[np.int64]:
    """Ids at random, `expected` of them on average, each once."""
    whole = int(expected) + int(random.random() < expected % 1)
    return random.choice(int(ids.max(initial=0)) + 1, min(whole, int(ids.max(initial=0)) + 1), replace=False)
