"""The risk of a portfolio as it is held now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import sqrt
from typing import TYPE_CHECKING, Any, Final

from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, ConfigDict, Field

from tasks.portfolio.history import History
from tasks.portfolio.holdings import Position
from tasks.portfolio.stress import StressReplay, replays
from tasks.portfolio.tails import TailRisk, VarRecord, records, tails

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.portfolio.panel import Panel
    from models.portfolio.var_backtest import VarBacktest
    from models.portfolio.volatility import VolatilityModel

YEAR: Final = 365  # coins trade every day
SHORT: Final = 365
PEGGED: Final = 1e-6


class CoinRisk(Position):
    """One coin, and its part in the danger."""

    volatility: float = Field(description="EWMA volatility of the coin, % a year.")
    cvar_contribution: float = Field(
        description="What it adds to the portfolio's expected shortfall (historical, 95 %, one day), % of the value; "
        "all together sum to it."
    )
    cvar_share: float = Field(description="The same as a part of the whole, %; negative: it softens the bad days.")


class PortfolioVolatility(BaseModel):
    """Standard deviation of the portfolio's return, % a year."""

    model_config = ConfigDict(frozen=True)

    historical: float = Field(description="Over the whole window.")
    ewma: float = Field(description="EWMA with a decay of 0.94 a day (RiskMetrics), for the next day.")
    garch: float | None = Field(description="GARCH(1,1) for the next day; null where it could not be fitted.")
    model: str = Field(description="Which one filters the tails: garch or ewma.")
    fallback: str | None = Field(description="Why EWMA stands in for GARCH; null when it does not.")


class DrawdownPeriod(BaseModel):
    """The deepest fall of today's holdings over the window, had they been held throughout."""

    model_config = ConfigDict(frozen=True)

    depth: float = Field(description="Part of the value at the peak that was lost, %.")
    peak: date = Field(description="Day of the peak, UTC.")
    trough: date = Field(description="Day of the lowest value.")
    recovered: date | None = Field(description="First day at the old peak again; null: not yet.")
    current: float = Field(description="How far below its highest value it is now, %.")


class Correlation(BaseModel):
    """Correlation of daily returns."""

    model_config = ConfigDict(frozen=True)

    symbols: list[str] = Field(description="Order of rows and columns.")
    matrix: list[list[float | None]] = Field(description="-1 to 1; null for a price that does not move.")


@dataclass(frozen=True, eq=False)
class RiskReport:
    """Everything that was measured, with what the pictures need."""

    total: Decimal
    coins: list[CoinRisk]
    tails: list[TailRisk]
    volatility: PortfolioVolatility
    drawdown: DrawdownPeriod
    correlation: Correlation
    stress: list[StressReplay]
    records: list[VarRecord]
    days: int
    path: "NDArray[np.float64]"
    path_days: "NDArray[np.datetime64]"
    tested: "list[VarBacktest]"
    tested_days: "NDArray[np.datetime64]"
    warnings: list[str]


@task(
    name="measure-risk",
    description="Tails, volatility, drawdown, correlation, contributions, stress replays, and the tails' own record.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def measure_risk(history: History, positions: Sequence[Position], cash: Decimal, horizon: int) -> RiskReport:
    """Risk over the days that all coins share. Raises `PortfolioError` when they are too few."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.portfolio.volatility import garch  # noqa: PLC0415

    panel = history.panel([position.symbol for position in positions])
    weights = np.array([position.weight for position in positions])
    total = cash + sum((position.value for position in positions), Decimal(0))
    returns = panel.returns @ weights
    model = garch(returns)
    tested = records(returns)
    amounts = np.array([float(position.amount) for position in positions])
    path = panel.close @ amounts + float(cash)
    return RiskReport(
        total=total,
        coins=_coins(panel, positions, weights),
        tails=tails(panel, weights, model, horizon, float(total)),
        volatility=_volatility(returns, model),
        drawdown=_drawdown(path, panel.day),
        correlation=_correlation(panel),
        stress=replays(positions, panel, float(total)),
        records=[record for record, _ in tested],
        days=len(returns),
        path=path,
        path_days=panel.day,
        tested=[days for _, days in tested],
        tested_days=panel.return_days[-len(tested[0][1].returns) :] if tested else panel.return_days[:0],
        warnings=_warnings(history, panel, model, horizon, [record for record, _ in tested]),
    )


def _coins(panel: "Panel", positions: Sequence[Position], weights: "NDArray[np.float64]") -> list[CoinRisk]:
    from models.portfolio.tail import contributions  # noqa: PLC0415 - numpy where it is used
    from models.portfolio.volatility import ewma  # noqa: PLC0415

    parts = contributions(panel.returns, weights, 0.95)
    whole = float(parts.sum())
    return [
        CoinRisk(
            **position.model_dump(),
            volatility=_yearly(ewma(panel.returns[:, i]).next_sigma),
            cvar_contribution=100 * float(parts[i]),
            cvar_share=100 * float(parts[i]) / whole if whole else 0.0,
        )
        for i, position in enumerate(positions)
    ]


def _volatility(returns: "NDArray[np.float64]", model: "VolatilityModel") -> PortfolioVolatility:
    from models.portfolio.volatility import ewma  # noqa: PLC0415 - numpy where it is used

    return PortfolioVolatility(
        historical=_yearly(float(returns.std(ddof=1))),
        ewma=_yearly(ewma(returns).next_sigma),
        garch=_yearly(model.next_sigma) if model.name == "garch" else None,
        model=model.name,
        fallback=model.reason,
    )


def _yearly(daily: float) -> float:
    return 100 * sqrt(YEAR) * daily


def _drawdown(path: "NDArray[np.float64]", day: "NDArray[np.datetime64]") -> DrawdownPeriod:
    from models.portfolio.drawdown import deepest  # noqa: PLC0415 - numpy where it is used

    found = deepest(path)

    def on(index: int) -> Any:
        return day[index].astype("datetime64[D]").item()

    return DrawdownPeriod(
        depth=100 * found.depth,
        peak=on(found.peak),
        trough=on(found.trough),
        recovered=None if found.recovered is None else on(found.recovered),
        current=100 * found.current,
    )


def _correlation(panel: "Panel") -> Correlation:
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    spread = panel.returns.std(axis=0)
    moving = spread > PEGGED
    unit = np.where(moving, (panel.returns - panel.returns.mean(axis=0)) / np.where(moving, spread, 1), np.nan)
    matrix = unit.T @ unit / len(unit)
    return Correlation(
        symbols=list(panel.symbols),
        matrix=[[float(x) if np.isfinite(x) else None for x in np.clip(row, -1, 1)] for row in matrix],
    )


def _warnings(
    history: History, panel: "Panel", model: "VolatilityModel", horizon: int, tested: Sequence[VarRecord]
) -> list[str]:
    found = list(history.warnings)
    if model.reason:
        found.append(f"EWMA stands in for GARCH: {model.reason}.")
    longest = max(len(candles) for candles in history.candles.values())
    if longest - len(panel) > 30:
        shortest = min(history.candles, key=lambda symbol: len(history.candles[symbol]))
        found.append(
            f"Only {len(panel)} of {longest} days are known of every coin: {shortest} has the shortest history, and "
            "what happened before counts for none."
        )
    if len(panel.returns) < SHORT:
        found.append(f"{len(panel.returns)} days hold few bad ones: the tails at 99 % rest on a handful.")
    if horizon > 1 and len(panel.returns) / horizon < 30:
        found.append(f"The window holds {len(panel.returns) // horizon} separate stretches of {horizon} days.")
    if not tested:
        found.append("The history is too short to test the value at risk on days that it did not know (350 needed).")
    found += [
        f"The {one.method} value at risk at {one.level} % did not hold: passed on {one.passed} of {one.days} days "
        f"where {one.expected:.1f} were to be expected."
        for one in tested
        if not one.holds
    ]
    return found
