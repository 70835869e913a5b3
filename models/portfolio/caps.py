"""Weights under a cap."""

import numpy as np
from numpy.typing import NDArray

from models.portfolio.errors import InfeasibleWeights


def require_room(count: int, cap: float) -> None:
    """Raise `InfeasibleWeights` when `count` coins of at most `cap` each can't make up the whole."""
    if count * cap < 1 - 1e-9:
        raise InfeasibleWeights(
            f"{count} coin{'s' * (count > 1)} of at most {cap:.1%} of what is invested can't make up the whole: raise "
            "max_weight or cash_reserve, or name more coins."
        )


def capped(weights: NDArray[np.float64], cap: float) -> NDArray[np.float64]:
    """Weights that sum to 1 with none above `cap`; what is cut off goes to the others in proportion."""
    require_room(len(weights), cap)
    weights = np.clip(weights, 0, None)
    weights = weights / weights.sum() if weights.sum() > 0 else np.full(len(weights), 1 / len(weights))
    full = np.zeros(len(weights), dtype=np.bool_)
    while (weights > cap + 1e-12).any():
        full |= weights >= cap
        left = 1 - cap * full.sum()
        rest = np.where(full, 0.0, weights)
        share = rest / rest.sum() if rest.sum() > 0 else ~full / max(1, (~full).sum())
        weights = np.where(full, cap, left * share)
    return weights
