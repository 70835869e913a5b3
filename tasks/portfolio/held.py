"""What is to be rebalanced: holdings as given, those of an account on paper, or those at the exchange."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from prefect import task
from prefect.cache_policies import NO_CACHE

from blocks.asset_store import AssetStore
from blocks.broker import PaperAccounts
from blocks.exchange import Exchange
from blocks.warehouse import Warehouse
from models.portfolio.errors import PortfolioError
from tasks.portfolio.holdings import MOST_COINS, Unit
from tasks.run import asset_path
from tasks.run_owner import current_owner

HELD: Final = "held.json"
Execute = Literal["no", "paper", "live"]


@dataclass(frozen=True)
class Held:
    """Coins by amount or value, and cash. `source`: `request`, `paper` or `exchange`."""

    holdings: Mapping[str, Decimal]
    unit: Unit
    cash: Decimal
    source: str


@task(
    name="read-holdings",
    description="Holdings as given; else those of the account on paper, or at the exchange for live orders.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def read_holdings(
    holdings: Mapping[str, Decimal],
    unit: Unit,
    cash: Decimal,
    *,
    universe: Sequence[str],
    quote: str,
    exchange: str,
    execute: Execute,
    account: str,
) -> Held:
    """What is held, kept as an asset of the run. Raises `PortfolioError` when there is nothing, or it contradicts.

    Holdings that are given for an account on paper open it; one that is there must hold just that.
    """
    store, path = AssetStore.default(), asset_path(HELD)
    if store.exists(path):
        with store.open(path) as stream:
            return _from_json(stream.read())
    given = bool(holdings) or cash > 0
    if execute == "live" and not given:
        held = _at_exchange(universe, quote, exchange)
    elif execute == "paper":
        held = _on_paper(holdings, unit, cash, quote, account, given)
    elif given:
        held = Held(dict(holdings), unit, cash, "request")
    else:
        held = _on_paper(holdings, unit, cash, quote, account, given)
    if not held.holdings and not universe:
        raise PortfolioError("There is only cash: name in `universe` the coins to buy.")
    if len({*held.holdings, *universe}) > MOST_COINS:
        raise PortfolioError(f"Holdings and universe name more than {MOST_COINS} coins: name fewer.")
    store.put(path, _to_json(held), "application/json")
    return held


def account_key(account: str) -> str:
    """Name of an account in the warehouse: the owner of the run, then the account."""
    return f"{current_owner() or 'local'}/{account}"


def _on_paper(
    holdings: Mapping[str, Decimal], unit: Unit, cash: Decimal, quote: str, account: str, given: bool
) -> Held:
    state = PaperAccounts(Warehouse.default()).latest(account_key(account))
    if state is None and not given:
        raise PortfolioError(
            f"There is nothing to rebalance: no holdings, no cash, and no account on paper named {account!r}. Give "
            'holdings or cash; with execute="paper" they open the account.'
        )
    if state is None:
        return Held(dict(holdings), unit, cash, "request")
    if given:
        same = unit == "amount" and dict(holdings) == dict(state.amounts) and cash == state.cash
        if not (same and state.quote == quote):
            raise PortfolioError(
                f"The account on paper {account!r} holds other things than were given. Leave holdings and cash out to "
                "trade what it holds, or name a new account."
            )
    elif state.quote != quote:
        raise PortfolioError(f"The account on paper {account!r} is kept in {state.quote}, not {quote}.")
    return Held(dict(state.amounts), "amount", state.cash, "paper")


def _at_exchange(universe: Sequence[str], quote: str, exchange: str) -> Held:
    from blocks.broker.live import LiveBroker  # noqa: PLC0415 - ccxt takes half a second to import

    if not universe:
        raise PortfolioError(
            "Name the coins to trade in `universe`: the rest of what is at the exchange is not touched."
        )
    free = LiveBroker(Exchange.default(exchange)).balances()
    held = {symbol: free[symbol] for symbol in universe if free.get(symbol)}
    return Held(held, "amount", free.get(quote, Decimal(0)), "exchange")


def _to_json(held: Held) -> bytes:
    holdings = {symbol: str(amount) for symbol, amount in held.holdings.items()}
    return json.dumps({"holdings": holdings, "unit": held.unit, "cash": str(held.cash), "source": held.source}).encode()


def _from_json(content: bytes) -> Held:
    values = json.loads(content)
    values["holdings"] = {symbol: Decimal(amount) for symbol, amount in values["holdings"].items()}
    return Held(**{**values, "cash": Decimal(values["cash"])})
