"""Drift: none where nothing changed, told where something did."""

import numpy as np
import pytest

from models.forecasting.drift import DRIFTED, feature_drift, stability_index
from models.forecasting.network.card import Histogram
from models.forecasting.network.forecaster import NetworkForecaster
from models.forecasting.network.trained import histograms
from models.forecasting.shipped import shipped_networks
from tests.models.forecasting.simulated import bursts, market, walk

pytestmark = pytest.mark.crypto


def test_the_index_is_that_of_the_textbook() -> None:
    reference = Histogram(edges=(0.0,), shares=(0.5, 0.5))
    values = np.array([-1.0] * 75 + [1.0] * 25, dtype=np.float32)

    expected = 0.25 * np.log(0.75 / 0.5) - 0.25 * np.log(0.25 / 0.5)
    assert stability_index(reference, values) == pytest.approx(expected)


def test_more_of_the_same_does_not_drift_and_another_market_does() -> None:
    card = NetworkForecaster.load(shipped_networks()["lstm"]).card
    own = card.model_copy(update={"histograms": histograms([market(bursts(6000))], card.features)})

    same = feature_drift(own, market(bursts(3000, seed=4), seed=4), 2000)
    other = feature_drift(own, market(walk(3000, seed=4), seed=4), 2000)

    assert "hour_sin" not in same
    assert max(same.values()) < DRIFTED
    assert other["volatility_long"] > DRIFTED, "no more spells"
