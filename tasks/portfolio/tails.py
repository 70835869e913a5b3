"""Value at risk and expected shortfall of a portfolio, with intervals and with their own record."""

from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.portfolio.panel import Panel
    from models.portfolio.var_backtest import VarBacktest
    from models.portfolio.volatility import VolatilityModel

Method = Literal["historical", "filtered"]

LEVELS: Final = (95, 99)
SEED: Final = 7
DRAWS: Final = 500
BLOCK: Final = 10.0
POOLS: Final = 100
POOL_PATHS: Final = 2000
REFUSED: Final = 0.05


class TailRisk(BaseModel):
    """Losses in percent of the portfolio's value; intervals hold 90 % by bootstrap."""

    model_config = ConfigDict(frozen=True)

    method: Method = Field(
        description="historical: as the days of the window were. filtered: their surprises at today's volatility."
    )
    level: int = Field(description="Confidence, %.")
    horizon_days: int = Field(description="Days ahead.")
    var: float = Field(description="Value at risk: the loss that is passed with 1 - level probability, %.")
    var_low: float = Field(description="Lower end of its interval.")
    var_high: float = Field(description="Upper end of its interval.")
    cvar: float = Field(description="Expected shortfall: mean loss beyond the value at risk, %.")
    cvar_low: float = Field(description="Lower end of its interval.")
    cvar_high: float = Field(description="Upper end of its interval.")
    var_value: float = Field(description="Value at risk in the quote.")
    cvar_value: float = Field(description="Expected shortfall in the quote.")


class VarRecord(BaseModel):
    """How the value at risk of one day would have held, said each day from the days before alone."""

    model_config = ConfigDict(frozen=True)

    method: Method = Field(description="As in `tails`.")
    level: int = Field(description="Confidence, %.")
    days: int = Field(description="Days tested.")
    passed: int = Field(description="Days whose loss passed what was said.")
    expected: float = Field(description="How many should have.")
    kupiec_p: float = Field(description="Kupiec: as often as said? Below 0.05 speaks against it.")
    independence_p: float = Field(description="Christoffersen: one by one and not in clusters?")
    conditional_p: float = Field(description="Christoffersen: both at once.")
    holds: bool = Field(description="Whether neither Kupiec's nor Christoffersen's joint test speaks against it.")


def tails(
    panel: "Panel", weights: "NDArray[np.float64]", model: "VolatilityModel", horizon: int, total: float
) -> list[TailRisk]:
    """Both methods at both levels, for one day and for `horizon` days."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.portfolio.bootstrap import stationary_indices  # noqa: PLC0415
    from models.portfolio.filtered import simulated  # noqa: PLC0415

    residuals = model.residuals(panel.returns @ weights)
    generator = np.random.default_rng(SEED)
    found: list[TailRisk] = []
    for days in dict.fromkeys((1, horizon)):
        past = panel.horizon_returns(days) @ weights
        drawn = past[stationary_indices(len(past), DRAWS, max(BLOCK, 2.0 * days), SEED)]
        found += [_tail("historical", level, days, past, drawn, total) for level in LEVELS]
        ahead = simulated(model, residuals, days, seed=SEED)
        if days == 1:
            again = model.next_sigma * generator.choice(residuals, (DRAWS, len(residuals)))
        else:
            pools = generator.choice(residuals, (POOLS, len(residuals)))
            again = np.stack([simulated(model, pool, days, seed=i, paths=POOL_PATHS) for i, pool in enumerate(pools)])
        found += [_tail("filtered", level, days, ahead, again, total) for level in LEVELS]
    return found


def _tail(
    method: Method,
    level: int,
    days: int,
    sample: "NDArray[np.float64]",
    drawn: "NDArray[np.float64]",
    total: float,
) -> TailRisk:
    from models.portfolio.bootstrap import interval  # noqa: PLC0415 - numpy where it is used
    from models.portfolio.tail import cvar, tail, var  # noqa: PLC0415

    point, part = tail(sample, level / 100), level / 100
    (var_low, var_high), (cvar_low, cvar_high) = interval(var(drawn, part)), interval(cvar(drawn, part))
    return TailRisk(
        method=method,
        level=level,
        horizon_days=days,
        var=100 * point.var,
        var_low=100 * var_low,
        var_high=100 * var_high,
        cvar=100 * point.cvar,
        cvar_low=100 * cvar_low,
        cvar_high=100 * cvar_high,
        var_value=point.var * total,
        cvar_value=point.cvar * total,
    )


def records(returns: "NDArray[np.float64]") -> list[tuple[VarRecord, "VarBacktest"]]:
    """Each method's record at each level, with the days themselves; none where the history is too short."""
    from models.portfolio.var_backtest import backtest_filtered, backtest_historical  # noqa: PLC0415

    parts = [level / 100 for level in LEVELS]
    tested = {"historical": backtest_historical(returns, parts), "filtered": backtest_filtered(returns, parts)}
    return [
        (_record(method, level, by_level[level / 100]), by_level[level / 100])
        for level in LEVELS
        for method, by_level in tested.items()
        if by_level
    ]


def _record(method: str, level: int, tested: "VarBacktest") -> VarRecord:
    return VarRecord(
        method="historical" if method == "historical" else "filtered",
        level=level,
        days=len(tested.returns),
        passed=tested.passed,
        expected=tested.expected,
        kupiec_p=tested.kupiec,
        independence_p=tested.independence,
        conditional_p=tested.christoffersen,
        holds=min(tested.kupiec, tested.christoffersen) >= REFUSED,
    )
