"""Volatility that follows the market: GARCH(1,1) with Student's t, or EWMA where that can't be fitted."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.forecasting.volatility import ewma_variance

DECAY: Final = 0.94  # RiskMetrics 1996, daily
FEWEST_FOR_GARCH: Final = 250
WARM_UP: Final = 20
LEAST_ALPHA: Final = 0.01  # below it the fit is a flat line, which a short and calm history invites


@dataclass(frozen=True, eq=False)
class VolatilityModel:
    """Variance recursion next = omega + alpha r^2 + beta variance; EWMA is omega 0, alpha 1 - decay, beta decay.

    `sigma[t]` is the standard deviation of return t as known before it; `next_sigma` that of the return to come.
    `reason` says why EWMA stands in for GARCH; None where it does not.
    """

    name: str
    omega: float
    alpha: float
    beta: float
    sigma: NDArray[np.float64]
    next_sigma: float
    reason: str | None = None

    def residuals(self, returns: NDArray[np.float64]) -> NDArray[np.float64]:
        """Returns in units of the volatility known before each; the first ones, which warm EWMA up, are left out."""
        usable = np.isfinite(self.sigma) & (self.sigma > 0)
        usable[: min(WARM_UP, len(returns) // 3)] = False
        return np.asarray(returns[usable] / self.sigma[usable], dtype=np.float64)

    def filtered(self, returns: NDArray[np.float64], variance: float) -> NDArray[np.float64]:
        """Standard deviation known before each of `returns` that follow a day with next variance `variance`."""
        known = np.empty(len(returns))
        for index, square in enumerate((returns * returns).tolist()):
            known[index] = variance
            variance = self.omega + self.alpha * square + self.beta * variance
        return np.sqrt(known)


def ewma(returns: NDArray[np.float64], reason: str | None = None) -> VolatilityModel:
    """EWMA with RiskMetrics' decay of 0.94 a day."""
    variance = ewma_variance(returns, DECAY)
    known = np.sqrt(np.concatenate([[np.nan], variance[:-1]]))
    return VolatilityModel("ewma", 0.0, 1 - DECAY, DECAY, known, float(np.sqrt(variance[-1])), reason)


def garch(returns: NDArray[np.float64]) -> VolatilityModel:
    """GARCH(1,1) by maximum likelihood (`arch`); EWMA with the reason where it can't be fitted or does not hold."""
    if len(returns) < FEWEST_FOR_GARCH:
        return ewma(returns, f"{len(returns)} returns are too few for GARCH ({FEWEST_FOR_GARCH} are needed)")
    if not returns.std() > 0:
        return ewma(returns, "the value never moved")
    from arch import arch_model  # noqa: PLC0415 - takes a second and a half to import

    scale = 1 / returns.std()
    fitted = arch_model(scale * returns, mean="Zero", vol="GARCH", p=1, q=1, dist="t", rescale=False).fit(
        disp="off", show_warning=False
    )
    omega, alpha, beta = (float(fitted.params[name]) for name in ("omega", "alpha[1]", "beta[1]"))
    if fitted.convergence_flag != 0:
        return ewma(returns, "GARCH did not converge")
    if not (np.isfinite([omega, alpha, beta]).all() and alpha + beta < 1 and omega > 0):
        return ewma(returns, f"GARCH found no steady variance (alpha + beta = {alpha + beta:.3f})")
    if alpha < LEAST_ALPHA:
        return ewma(returns, "GARCH found that volatility does not answer to what happens")
    sigma = np.asarray(fitted.conditional_volatility, dtype=np.float64) / scale
    following = omega / scale**2 + alpha * returns[-1] ** 2 + beta * sigma[-1] ** 2
    return VolatilityModel("garch", omega / scale**2, alpha, beta, sigma, float(np.sqrt(following)))
