"""What a forecast says about the danger of holding the coin over its horizon."""

from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from blocks.exchange import Candles
from models.forecasting import LEVELS, Forecast
from tasks.crypto.levels import quantile

TAIL: Final = 0.05
RECENT: Final = 168  # candles
FEWEST: Final = 20
YEAR: Final = 365 * 86_400  # seconds; coins trade every day


class ForecastRisk(BaseModel):
    """Danger of holding one coin to the last step, read off the forecast's own distribution, in percent of the price.

    The tail below the lowest quantile is taken to be exponential, as steep as between the two lowest.
    """

    model_config = ConfigDict(frozen=True)

    probability_of_fall: float | None = Field(
        description="Chance that the price at the last step is below the last close; null where it is below 2.5 % or "
        "above 97.5 %, which the quantiles do not tell."
    )
    value_at_risk_95: float = Field(description="Loss that is passed in one of twenty cases, %; negative: a gain.")
    expected_shortfall_95: float = Field(description="Mean loss in that twentieth of the cases, %.")
    volatility: float | None = Field(
        description="Standard deviation of one candle's return lately, %; null: too few candles."
    )
    volatility_annualised: float | None = Field(description="The same a year, if moves were independent, %.")


def forecast_risk(forecast: Forecast, candles: Candles) -> ForecastRisk:
    """The block `risk` of a prediction; the volatility is that of the newest 168 candles."""
    last = forecast.last_close
    value_at_risk = float(quantile(forecast, TAIL)[-1])
    volatility = _volatility(candles)
    a_year = sqrt(YEAR / candles.step.total_seconds())
    return ForecastRisk(
        probability_of_fall=_probability_below(forecast, last),
        value_at_risk_95=100 * (1 - value_at_risk / last),
        expected_shortfall_95=100 * (1 - _tail_mean(forecast) / last),
        volatility=volatility,
        volatility_annualised=None if volatility is None else volatility * a_year,
    )


def _probability_below(forecast: Forecast, price: float) -> float | None:
    """Where the price lies among the last step's quantiles, linear in its logarithm between them."""
    known = np.log(forecast.quantiles[-1])
    if not known[0] <= np.log(price) <= known[-1]:
        return None
    return float(np.interp(np.log(price), known, LEVELS))


def _tail_mean(forecast: Forecast) -> float:
    """Mean price of the lowest twentieth of the cases at the last step."""
    lowest, second = np.log(forecast.quantiles[-1, :2])
    slope = (second - lowest) / np.log(LEVELS[1] / LEVELS[0])
    # an exponential tail below the lowest quantile has a mean of its own: E[exp(slope ln u)] = 1 / (1 + slope)
    beyond = LEVELS[0] * float(np.exp(lowest)) / (1 + slope)
    inside: NDArray[np.float64] = np.array(
        [quantile(forecast, p)[-1] for p in np.linspace(LEVELS[0], TAIL, 26).tolist()]
    )
    return float((beyond + np.trapezoid(inside, dx=(TAIL - LEVELS[0]) / 25)) / TAIL)


def _volatility(candles: Candles) -> float | None:
    """Of returns over single candles; what spans a gap is none."""
    single = np.diff(candles.time[-RECENT - 1 :]) == np.timedelta64(candles.step)
    returns = np.diff(np.log(candles.close[-RECENT - 1 :]))[single]
    return float(100 * returns.std(ddof=1)) if len(returns) >= FEWEST else None
