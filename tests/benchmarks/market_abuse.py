"""How the detectors of market abuse do, and how fast; `--ship` writes the account model and the pump thresholds anew.

`python tests/benchmarks/market_abuse.py [--data FOLDER] [--ship]`. Wash trades and pumps are planted in real trades and
candles; spoofing and layering are simulated; accounts on chain are real and labelled. What is set on data is set on
training parts: the first three fifths of the trades, three coins before July 2023, folds of the accounts.
"""

import resource
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
import typer
from market_simulated import show_books, show_netted
from rich.console import Console
from rich.table import Table

from models.market_abuse.accounts.model import SHIPPED as ACCOUNT_WEIGHTS
from models.market_abuse.accounts.training import train_account_model
from models.market_abuse.pumps.alarms import find_alarms
from models.market_abuse.pumps.bars import Bars
from models.market_abuse.pumps.fitting import CANDLES, TRADES, fit_thresholds
from models.market_abuse.pumps.planting import pumped, pumped_hours
from models.market_abuse.pumps.signal import signal
from models.market_abuse.pumps.thresholds import SHIPPED as PUMP_CARD
from models.market_abuse.pumps.thresholds import PumpCard, Thresholds
from models.market_abuse.quiet_market import quiet_market
from models.market_abuse.trades import UNITS, Trades
from models.market_abuse.wash.findings import find_wash_trades
from models.market_abuse.wash.planting import plant
from models.market_abuse.wash.rules import WashRules
from tasks.market_abuse.account_file import read_accounts

DATA = Path(__file__).parents[3] / "shared/data"
DAY = 86_400_000_000
SPLIT = 0.6
COINS_TRAINED = ("BTC/USDT", "ETH/USDT", "SOL/USDT")
UNTIL = pd.Timestamp("2023-07-01", tz="UTC")
HEIGHTS = (0.05, 0.1, 0.2, 0.5)
LIMITS = (
    "Thresholds were set on quiet bars alone. Pumps are planted: no labelled trades of real ones were to be had. "
    "Quiet trades of 25 s are 2.5 days of one real market and simulated ones; quiet hours are five large coins."
)
console = Console(width=120)


def main(
    data: Annotated[Path, typer.Option(help="Folder of the provided data.")] = DATA,
    ship: Annotated[bool, typer.Option(help="Write the shipped weights and thresholds.")] = False,
) -> None:
    """All tables."""
    market = real_trades(data)
    show_wash(market)
    show_netted(later(market), console)
    show_books(console)
    variants = {"25s": show_rush(market), "1h": show_hours(data)}
    show_accounts(data, ship=ship)
    if ship:
        card = PumpCard(version="pumps-1", variants=variants, limits=LIMITS)
        PUMP_CARD.write_text(card.model_dump_json(indent=2) + "\n")
    console.print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


def real_trades(data: Path) -> Trades:
    """12,477 trades of XRP/ETH, 11 to 13 October 2019."""
    frame = pd.read_feather(data / "crypto/freqtrade_XRP_ETH-trades.feather")
    count = len(frame)
    return Trades(
        time=frame["timestamp"].to_numpy(np.int64) * 1000,
        price=frame["price"].to_numpy(np.float64),
        amount=np.rint(frame["amount"].to_numpy(np.float64) * UNITS).astype(np.int64),
        side=np.where(frame["side"] == "buy", 1, -1).astype(np.int8),
        buyer=np.full(count, -1, np.int32),
        seller=np.full(count, -1, np.int32),
        market=np.zeros(count, np.int32),
        row=np.arange(1, count + 1),
        id=frame["id"].to_numpy(object),
        symbols=("XRP/ETH",),
    )


def later(trades: Trades) -> Trades:
    """The part that nothing was set on."""
    return trades[slice(int(len(trades) * SPLIT), None)]


def show_wash(market: Trades) -> None:
    """Wash trades planted in the later part of the real trades, other seeds than those that parameters were set on."""
    table = Table(title="Wash trades planted in real trades (last 40 %): self-trades, rings of 2, 3 and 4, 1 % noise")
    for column in ("accounts", "rounds a ring", "planted", "precision", "recall", "makers flagged", "s"):
        table.add_column(column, justify="right")
    for accounts in (30, 100, 400, 2_000):
        for rounds in (1, 2, 8):
            hits = np.zeros(3)
            makers, began = 0, time.perf_counter()
            for seed in range(100, 105):
                planted = plant(later(market), accounts=accounts, rounds=rounds, seed=seed)
                found = np.zeros(len(planted.trades), dtype=bool)
                for members in find_wash_trades(planted.trades, WashRules())[1]:
                    found[members] = True
                hits += [(found & planted.wash).sum(), found.sum(), planted.wash.sum()]
                sides = np.concatenate([planted.trades.buyer[found], planted.trades.seller[found]])
                makers += int(np.isin(sides, planted.makers).sum())
            table.add_row(
                f"{accounts:,}", f"{rounds}", f"{hits[2]:,.0f}", f"{hits[0] / max(hits[1], 1):.3f}",
                f"{hits[0] / hits[2]:.3f}", f"{makers}", f"{(time.perf_counter() - began) / 5:.2f}",
            )  # fmt: skip
    console.print(table)


def simulated(seed: int, gap: float) -> Trades:
    """Four days or so of a simulated quiet market, livelier at times."""
    return quiet_market(int(4 * 86_400 / gap), seed=seed, gap_seconds=gap, lively=0.8)


def show_rush(market: Trades) -> Thresholds:
    """The 25 s variant: alarms on quiet trades held out, and planted pumps found, by height."""
    window = 1008  # seven hours
    early = market[slice(0, int(len(market) * SPLIT))]
    gaps = (4.0, 15.0, 60.0)
    trained = [early, *(simulated(seed, gap) for seed in range(6) for gap in gaps)]
    bar = fit_thresholds(
        [signal(Bars.of(one, 25), window) for one in trained], seconds=25, window=window, tails_at=TRADES
    )
    table = Table(title="Rush orders in bars of 25 s: thresholds from quiet training bars")
    for column in (
        "held out",
        "quiet days",
        "alarms",
        "alarms a day",
        *(f"found, +{height:.0%}" for height in HEIGHTS),
    ):
        table.add_column(column, justify="left" if column == "held out" else "right")
    held = {
        "XRP/ETH, last 40 %": [later(market)],
        "simulated, other seeds": [simulated(seed, gap) for seed in range(50, 60) for gap in gaps],
    }
    alarms, days, found = 0, 0.0, []
    for name, markets in held.items():
        own = sum(len(find_alarms(Bars.of(one, 25), bar)) for one in markets)
        span = sum(float(one.time[-1] - one.time[0]) for one in markets) / DAY
        shares = [found_pumps(markets, bar, height) for height in HEIGHTS]
        table.add_row(name, f"{span:.1f}", f"{own}", f"{own / span:.3f}", *(f"{share:.2f}" for share in shares))
        alarms, days, found = alarms + own, days + span, [*found, *shares]
    console.print(table)
    console.print(bar)
    return bar.model_copy(
        update={
            "false_alarms_a_day": round(alarms / days, 4),
            "found": round(float(np.mean(found)), 3),
            "data": f"quiet: XRP/ETH trades of 11 to 13 October 2019 and simulated markets, held out {days:.0f} days; "
            "pumps of +5 to +50 % planted in both",
        }
    )


def found_pumps(markets: list[Trades], bar: Thresholds, height: float) -> float:
    """The share of pumps of one height that raise an alarm within two minutes."""
    drawn = np.random.default_rng(7)
    hits = []
    for one in markets:
        for _ in range(12 if len(markets) == 1 else 2):
            start = int(drawn.uniform(one.time[0] + 0.5 * (one.time[-1] - one.time[0]), one.time[-1] - DAY // 48))
            crowd = int(drawn.integers(40, 300))
            bars = Bars.of(pumped(one, start, height=height, crowd=crowd, drawn=drawn), 25)
            alarms = find_alarms(bars, bar)
            hits.append(any(0 <= int(bars.start[alarm.first]) - start + 25_000_000 <= 145_000_000 for alarm in alarms))
    return float(np.mean(hits))


def hourly(data: Path) -> dict[str, Bars]:
    """Hourly bars of five coins, 2020-09 to 2025-09."""
    frame = pd.read_parquet(data / "crypto/binance_spot_1h_5coins_20200920_20250919.parquet")
    bars = {}
    for symbol, own in frame.groupby("symbol"):
        bars[str(symbol)] = Bars(
            start=own["date"].dt.as_unit("us").astype("int64").to_numpy(),
            length=3_600_000_000,
            rush=np.full(len(own), np.nan),
            value=(own["volume"] * own["close"]).to_numpy(),
            high=own["high"].to_numpy(),
            close=own["close"].to_numpy(),
        )
    return bars


def part(bars: Bars, rows: np.ndarray) -> Bars:
    """Some of the bars."""
    columns = {name: getattr(bars, name)[rows] for name in ("start", "rush", "value", "high", "close")}
    return replace(bars, **columns)


def show_hours(data: Path) -> Thresholds:
    """The 1 h variant: held out are later months, and other coins."""
    window, bars = 24 * 7, hourly(data)
    until = UNTIL.value // 1000
    trained = [part(bars[coin], bars[coin].start < until) for coin in COINS_TRAINED]
    bar = fit_thresholds([signal(one, window) for one in trained], seconds=3600, window=window, tails_at=CANDLES)
    table = Table(title="Bars of an hour: thresholds from BTC, ETH and SOL before July 2023")
    for column in (
        "held out",
        "coin days",
        "alarms",
        "alarms a coin day",
        *(f"found, +{height:.0%}" for height in HEIGHTS),
    ):
        table.add_column(column, justify="left" if column == "held out" else "right")
    others = [coin for coin in bars if coin not in COINS_TRAINED]
    held = {
        "later months of those": [part(bars[coin], bars[coin].start >= until) for coin in COINS_TRAINED],
        "other coins, before": [part(bars[coin], bars[coin].start < until) for coin in others],
        "other coins, later": [part(bars[coin], bars[coin].start >= until) for coin in others],
    }
    alarms, days, found = 0, 0.0, []
    for name, markets in held.items():
        own = sum(len(find_alarms(one, bar)) for one in markets)
        span = sum(len(one) for one in markets) / 24
        shares = [found_hours(markets, bar, height) for height in HEIGHTS]
        table.add_row(name, f"{span:,.0f}", f"{own}", f"{own / span:.5f}", *(f"{share:.2f}" for share in shares))
        alarms, days, found = alarms + own, days + span, [*found, *shares]
    console.print(table)
    console.print(bar)
    return bar.model_copy(
        update={
            "false_alarms_a_day": round(alarms / days, 6),
            "found": round(float(np.mean(found)), 3),
            "data": f"quiet: hourly candles of BTC, ETH, SOL, BNB and XRP against USDT, {days:,.0f} coin days held out "
            "by time or coin; pumps of +5 to +50 % planted",
        }
    )


def found_hours(markets: list[Bars], bar: Thresholds, height: float) -> float:
    """The share of planted hours that raise an alarm."""
    drawn = np.random.default_rng(9)
    hits = []
    for one in markets:
        places = np.sort(drawn.choice(np.arange(200, len(one) - 5), 40, replace=False))
        made = pumped_hours(one, places, np.full(40, height), drawn.uniform(8, 60, 40))
        starts = {int(made.start[alarm.first]) for alarm in find_alarms(made, bar)}
        hits += [int(one.start[place]) in starts for place in places.tolist()]
    return float(np.mean(hits))


def show_accounts(data: Path, *, ship: bool) -> None:
    """The account model, out of fold."""
    path = data / "fraud/ethereum_accounts_dev.csv"
    accounts, _ = read_accounts(path)
    if accounts.label is None:
        raise typer.BadParameter("the accounts have no FLAG")
    began = time.perf_counter()
    model = train_account_model(accounts.columns, accounts.label, source="Ethereum fraud data set, 6,506 accounts")
    metrics = model.card.metrics
    table = Table(title=f"Ethereum accounts: {len(accounts):,}, {int(accounts.label.sum()):,} fraud; {metrics.how}")
    figures = metrics.model_dump(exclude={"how"})
    for name in figures:
        table.add_column(name.replace("_", " "), justify="right")
    table.add_row(*(f"{value:.4f}" for value in figures.values()))
    console.print(table)
    console.print(f"trained and measured in {time.perf_counter() - began:.1f} s, {len(model.weights) / 1024:,.0f} KiB")
    if ship:
        model.save(ACCOUNT_WEIGHTS)


if __name__ == "__main__":
    typer.run(main)
