"""Features: nothing from the future, nothing that is not a number, nothing made up."""

import numpy as np
import pytest

from models.forecasting import PriceSeries
from models.forecasting.network.features import DEFAULT_FEATURES, KNOWN_FEATURES, features, scale
from tests.models.forecasting.simulated import HOUR, START, bursts, market, series, walk

pytestmark = pytest.mark.crypto


def full(count: int = 700) -> PriceSeries:
    """A market with everything a feature may look at, and holes in it."""
    from dataclasses import replace

    made = market(bursts(count)).beside(market(walk(count, seed=5)))
    close = made.close.copy()
    close[300:320] = np.nan
    return replace(made, close=close, sentiment=np.random.default_rng(0).uniform(-1, 1, count))


@pytest.mark.parametrize("cut", [2, 24, 299, 301, 320, 321, 699])
def test_cutting_the_future_off_changes_no_bit(cut: int) -> None:
    whole, part = full(), full().until(cut - 1)

    seen, cut_off = features(whole, KNOWN_FEATURES), features(part, KNOWN_FEATURES)
    for column, name in enumerate(KNOWN_FEATURES):
        assert seen[:cut, column].tobytes() == cut_off[:, column].tobytes(), name
    assert scale(whole)[:cut].tobytes() == scale(part).tobytes()


def test_every_feature_says_something_and_nothing_is_infinite() -> None:
    seen = features(full(), KNOWN_FEATURES)

    assert np.isfinite(seen).all()
    still = {name for column, name in enumerate(KNOWN_FEATURES) if np.ptp(seen[250:, column]) == 0}
    assert still == {"timeframe", "reference_known", "sentiment_known"}


def test_what_is_not_known_is_nought_and_said() -> None:
    bare = features(series(walk(400)), KNOWN_FEATURES)
    at = {name: column for column, name in enumerate(KNOWN_FEATURES)}

    for name in ("range", "volume", "reference_return", "reference_known", "sentiment", "sentiment_known"):
        assert not bare[:, at[name]].any(), name
    gap = features(full(), KNOWN_FEATURES)[300:321]
    assert not gap[:, at["known"]].any()
    assert not gap[:, at["return"]].any(), "the move across a gap is no step's"


def test_the_hour_of_the_day_counts_from_an_hour_up() -> None:
    quarter = PriceSeries.from_closes(START + np.arange(400) * (HOUR // 4), walk(400), HOUR // 4)
    at = DEFAULT_FEATURES.index("hour_cos")

    assert not features(quarter)[:, at].any()
    hourly = features(series(walk(400)))[:, at]
    assert hourly[0] == 1, "midnight"
    assert hourly[12] == pytest.approx(-1), "noon"


def test_scale_and_unit_do_not_matter() -> None:
    made, thousandfold = series(walk(400)), series(walk(400) * 1000)

    np.testing.assert_allclose(features(made), features(thousandfold), atol=1e-5)
