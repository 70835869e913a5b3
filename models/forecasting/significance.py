"""Whether one forecaster is better than another by more than chance."""

import numpy as np
from numpy.typing import NDArray


def diebold_mariano(ours: NDArray[np.float64], theirs: NDArray[np.float64], overlap: int) -> float | None:
    """Two-sided p-value of equal expected loss (Diebold & Mariano 1995), with the small-sample correction of Harvey,
    Leybourne & Newbold (1997).

    One loss a forecast, in the order of time; forecasts up to `overlap` apart share part of their outcomes, which the
    variance allows for (Newey & West 1987). None where there are too few to tell, or no difference at all.
    """
    difference = ours - theirs
    difference = difference[np.isfinite(difference)]
    count = len(difference)
    lags = min(overlap, count - 1)
    if count < max(8, 2 * (overlap + 1)):
        return None
    centred = difference - difference.mean()
    covariances = [float(centred[lag:] @ centred[: count - lag]) / count for lag in range(lags + 1)]
    weights = 1 - np.arange(1, lags + 1) / (lags + 1)
    variance = covariances[0] + 2 * float(weights @ np.array(covariances[1:]))
    if variance <= 0:
        return None
    from scipy.stats import t as student  # noqa: PLC0415 - scipy where it is used

    width = lags + 1
    correction = np.sqrt(max((count + 1 - 2 * width + width * (width - 1) / count) / count, 0.0))
    statistic = correction * difference.mean() / np.sqrt(variance / count)
    return float(2 * student.sf(abs(statistic), count - 1))
