"""What the forecasts of the coins say about their weights."""

from collections.abc import Sequence
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from models.portfolio.tilt import View
from tasks.portfolio.history import History

HORIZON: Final = 7  # daily candles
CENTRE: Final = slice(1, -1)  # quantiles from 0.1 to 0.9
EIGHTY: Final = 2.5631  # width of a normal distribution's central 80 % in standard deviations


class ForecastView(BaseModel):
    """The forecast of one coin over seven days, and how far it moves the coin's weight."""

    model_config = ConfigDict(frozen=True)

    symbol: str = Field(description="The coin.")
    model: str = Field(description="The model that forecast it.")
    expected: float = Field(description="Expected return over seven days, %.")
    spread: float = Field(description="Standard deviation of that return, %.")
    skill: float | None = Field(description="Part of the random walk's absolute error it did without lately.")
    tilt: float = Field(description="How much it raises or lowers the weight, %; 0 without skill.")
    reason: str | None = Field(description="Why the forecast counts for nothing; null when it counts.")


def forecast_views(history: History, symbols: Sequence[str]) -> tuple[list[View], list[ForecastView]]:
    """A view of each coin, in the order given; without skill it tilts nothing and says why."""
    views, shown = [], []
    for symbol in symbols:
        view, model, reason = _view(history, symbol)
        views.append(view)
        shown.append(
            ForecastView(
                symbol=symbol,
                model=model,
                expected=100 * view.expected,
                spread=100 * view.spread,
                skill=view.skill,
                tilt=100 * view.tilt,
                reason=reason,
            )
        )
    return views, shown


def _view(history: History, symbol: str) -> tuple[View, str, str | None]:
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.forecasting import ForecastingError  # noqa: PLC0415
    from tasks.crypto.forecast import forecast_price  # noqa: PLC0415
    from tasks.crypto.market import Market  # noqa: PLC0415

    try:
        outlook = forecast_price(Market(history.candles[symbol], history.data_source), HORIZON)
    except ForecastingError as error:
        return View(symbol, 0.0, 0.0, None), "none", f"it can't be forecast: {error}"
    last = np.log(outlook.forecast.quantiles[-1] / outlook.forecast.last_close)
    expected, spread = float(last[CENTRE].mean()), float((last[-2] - last[1]) / EIGHTY)
    model = outlook.forecast.model
    if outlook.fallback is not None:
        return View(symbol, expected, spread, None), model, outlook.fallback
    skill = None if outlook.skill is None else outlook.skill.mae
    reason = None
    if skill is None:
        reason = "its skill could not be measured"
    elif skill <= 0:
        reason = f"its median was no better than the random walk's lately ({100 * skill:+.1f} % of the absolute error)"
    return View(symbol, expected, spread, skill), model, reason
