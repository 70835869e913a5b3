"""How a portfolio is to be rebalanced."""

from decimal import Decimal
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

FORECAST_DAYS: Final = 730

Goal = Literal["min-cvar", "hrp", "risk-budgeting", "inverse-volatility", "equal-weight", "forecast-tilted"]


class Policy(BaseModel):
    """Strategy, limits and costs. Weights are parts of the whole portfolio, cash included."""

    model_config = ConfigDict(frozen=True)

    strategy: Goal = Field(
        "hrp",
        description="Target weights: least expected shortfall (min-cvar), hierarchical risk parity (hrp), equal parts "
        "of the expected shortfall or those of risk_budget (risk-budgeting), inverse-volatility, equal-weight, or hrp "
        "leaning towards the forecasts as far as they have shown skill (forecast-tilted).",
        examples=["hrp"],
    )
    window_days: int = Field(365, ge=60, le=1500, description="Days that the weights are found from.", examples=[365])
    max_weight: float = Field(1.0, gt=0, le=1, description="Most that one coin may be of the whole.", examples=[0.4])
    cash_reserve: float = Field(
        0.02, ge=0, le=0.95, description="Part that stays cash; buys never dip into it.", examples=[0.02]
    )
    drift_band: float = Field(
        0.02, ge=0, le=0.5, description="A coin this close to its target is left alone.", examples=[0.02]
    )
    turnover_limit: float | None = Field(
        None,
        gt=0,
        le=2,
        description="Most that is bought and sold together, as a part of the whole; all orders are scaled down to it.",
        examples=[0.5],
    )
    slippage: float = Field(
        0.002, ge=0, le=0.1, description="How much worse than the price an order may be filled.", examples=[0.002]
    )
    risk_budget: dict[str, float] | None = Field(
        None,
        max_length=50,
        description="For risk-budgeting: each coin's share of the expected shortfall; any positive numbers.",
        examples=[{"BTC": 2, "ETH": 1}],
    )

    @property
    def history_days(self) -> int:
        """Days of candles to ask for: forecasts want more than the weights do."""
        return max(self.window_days, FORECAST_DAYS) if self.strategy == "forecast-tilted" else self.window_days

    @property
    def invested(self) -> Decimal:
        """Part that is to be in coins."""
        return 1 - Decimal(repr(self.cash_reserve))

    @property
    def cap(self) -> float:
        """Most that one coin may be of what is in coins."""
        return min(1.0, self.max_weight / float(self.invested))
