"""Measures the forecasters on candles that they have not seen: `python tests/benchmarks/forecasting.py`.

Trains as the shipped networks were trained, but until an earlier date and, the second time, on three of the five coins
alone; then walks every forecaster forward through what came later. Needs the shared data folder; about five minutes.
"""

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import torch

sys.path.insert(0, str(Path(__file__).parents[2]))

from models.forecasting import (
    NetworkForecaster,
    PriceSeries,
    SeasonalNaive,
    history_wanted,
    random_walk,
    volatility_scaled_random_walk,
)
from models.forecasting.backtest import metrics, walk_forward
from models.forecasting.many import forecast_many
from models.forecasting.network.card import Kind
from models.forecasting.network.training import TrainingSettings, train
from models.forecasting.shipped import calibrated

CANDLES = Path(__file__).parents[3] / "shared/data/crypto/binance_spot_1h_5coins_20200920_20250919.parquet"
HOUR = np.timedelta64(3_600_000, "ms")
THREE = ("BTC", "ETH", "SOL")


def markets() -> dict[str, PriceSeries]:
    """The five coins, Bitcoin beside each of the others."""
    found = {}
    for pair, rows in pd.read_parquet(CANDLES).sort_values("date").groupby("symbol"):
        opened = rows.date.dt.tz_localize(None).to_numpy().astype("datetime64[ms]")
        columns = {name: rows[name].to_numpy() for name in ("high", "low", "volume")}
        found[str(pair).partition("/")[0]] = PriceSeries.from_closes(
            opened + HOUR, rows.close.to_numpy(), HOUR, **columns
        )
    return {name: one if name == "BTC" else one.beside(found["BTC"]) for name, one in found.items()}


def trained(known: Mapping[str, PriceSeries], coins: Sequence[str], until: str) -> list[NetworkForecaster]:
    """Both networks, of candles until a date."""
    seen = {coin: known[coin].until(known[coin].index(np.datetime64(until))) for coin in coins}
    kinds: tuple[Kind, ...] = ("lstm", "transformer")
    networks = []
    for kind in kinds:
        begun = time.perf_counter()
        result = train(seen, TrainingSettings(kind=kind))
        print(f"{kind} on {', '.join(coins)} until {until}: {time.perf_counter() - begun:.0f} s, best after "
              f"{result.card.epochs} of {len(result.history)} epochs")  # fmt: skip
        networks.append(result.forecaster)
    return networks


def table(networks: list[NetworkForecaster], known: Mapping[str, PriceSeries], start: str, end: str, horizon: int = 24):
    """Measures over one window, origins six steps apart."""
    walked = walk_forward(
        known,
        [*networks, calibrated(networks), volatility_scaled_random_walk(), random_walk(), SeasonalNaive()],
        start=np.datetime64(start),
        end=np.datetime64(end),
        origin_step=6,
        horizon=horizon,
        trained_until={one.name: np.datetime64(one.card.trained_until.replace(tzinfo=None)) for one in networks},
    )
    print(f"\n{', '.join(known)}: {start} to {end}, {horizon} hours ahead, a forecast every 6 hours")
    print(
        "| model | MAE % | MASE | CRPS % | CRPS skill | p | 80 % held | 95 % held |\n|---|--:|--:|--:|--:|--:|--:|--:|"
    )
    for one in metrics(walked):
        chance = "" if one.crps_significance is None else f"{one.crps_significance:.3f}"
        print(f"| {one.model} | {one.mae:.3f} | {one.mase:.3f} | {one.crps:.3f} | {one.crps_skill:+.1%} | {chance} | "
              f"{one.coverage_80:.1%} | {one.coverage_95:.1%} |")  # fmt: skip


def thousand(known: Mapping[str, PriceSeries], networks: list[NetworkForecaster]) -> None:
    """How long 1000 forecasts take in one batch, each from as many candles as a run asks for."""
    pieces = [
        one.between(first, first + history_wanted(24)) for one in known.values() for first in range(0, 40_000, 200)
    ]
    many = {f"COIN{number}": piece for number, piece in enumerate(pieces[:1000])}
    begun = time.perf_counter()
    found = forecast_many(many, 24, calibrated(networks))
    print(f"\n{len(found)} prices forecast in {time.perf_counter() - begun:.0f} s")


def main() -> None:
    if not CANDLES.exists():
        sys.exit(f"{CANDLES.name} is not there: this benchmark needs the data folder beside the project.")
    torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
    known = markets()
    five = trained(known, tuple(known), "2025-04-30")
    table(five, known, "2025-05-02", "2025-09-18")
    three = trained(known, THREE, "2022-12-31")
    for year, end in (("2023-01-08", "2023-12-30"), ("2024-01-02", "2024-12-30"), ("2025-01-02", "2025-09-18")):
        table(three, {coin: known[coin] for coin in THREE}, year, end)
        table(three, {coin: one for coin, one in known.items() if coin not in THREE}, year, end)
    thousand(known, five)


if __name__ == "__main__":
    main()
