"""One small network of each kind, trained once on simulated prices of which something can be learned."""

from collections.abc import Iterator

import numpy as np
import pytest

from models.forecasting import PriceSeries
from models.forecasting.network.card import Kind
from models.forecasting.network.training import TrainedForecaster, TrainingSettings, train
from tests.models.forecasting.simulated import bursts, market

SMALL = {"epochs": 60, "patience": 50, "width": 16, "longest_horizon": 24, "factors": (1,), "validation_share": 0.2}


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Sums are then made in the same order every time."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def markets() -> dict[str, PriceSeries]:
    first = market(bursts(4000, seed=1), seed=1)
    return {"ONE": first, "TWO": market(bursts(4000, seed=2), seed=2).beside(first)}


@pytest.fixture(scope="session")
def trained(markets: dict[str, PriceSeries]) -> dict[Kind, TrainedForecaster]:
    kinds: tuple[Kind, ...] = ("lstm", "transformer")
    return {kind: train(markets, TrainingSettings(kind=kind, **SMALL)) for kind in kinds}


def same_numbers(ours: np.ndarray, theirs: np.ndarray) -> bool:
    return ours.tobytes() == theirs.tobytes()
