"""Networks learn what there is to learn, the same way every time, and refuse what they can't learn from."""

from pathlib import Path

import numpy as np
import pytest

from models.forecasting import ForecastingError, PriceSeries, random_walk
from models.forecasting.network.card import Kind
from models.forecasting.network.forecaster import NetworkForecaster
from models.forecasting.network.training import Epoch, TrainedForecaster, TrainingSettings, train
from models.forecasting.network.weights import packed
from models.forecasting.scores import outcomes, score, skill
from tests.models.forecasting.network.conftest import SMALL
from tests.models.forecasting.simulated import bursts, market, walk

pytestmark = pytest.mark.crypto
KINDS: tuple[Kind, ...] = ("lstm", "transformer")


@pytest.mark.parametrize("kind", KINDS)
def test_they_forecast_prices_that_they_never_saw(trained: dict[Kind, TrainedForecaster], kind: Kind) -> None:
    unseen = market(bursts(3000, seed=9), seed=9)
    origins = np.arange(1500, 2970, 7)
    came = outcomes(unseen, origins, 24)

    ours = score(trained[kind].forecaster.quantiles(unseen, origins, 24), came)
    theirs = score(random_walk().quantiles(unseen, origins, 24), came)

    assert skill(ours.crps, theirs.crps) > 0.05, "volatility comes in spells: who follows it does better"
    assert 0.7 < ours.coverage_80 < 0.9


def test_the_same_seed_gives_the_same_weights(markets: dict[str, PriceSeries]) -> None:
    def weights(seed: int) -> bytes:
        settings = TrainingSettings(kind="transformer", **(SMALL | {"seed": seed, "epochs": 4}))
        return packed(train(markets, settings).forecaster.network)

    first = weights(0)
    assert weights(0) == first
    assert weights(1) != first


def test_it_tells_of_each_epoch_and_stops_when_nothing_is_gained() -> None:
    told: list[Epoch] = []

    trained = train(
        {"WALK": market(walk(3000))},  # nothing to learn: what gets better in training gets worse in validation
        TrainingSettings(kind="transformer", **(SMALL | {"epochs": 60, "patience": 2})),
        told.append,
    )

    assert [epoch.number for epoch in told] == list(range(1, len(told) + 1))
    assert trained.history == tuple(told)
    assert len(told) < 60
    assert trained.card.epochs == 1 + int(np.argmin([epoch.validation_loss for epoch in told]))
    assert len(told) - trained.card.epochs == 2


def test_the_card_says_what_it_was_trained_on(
    markets: dict[str, PriceSeries], trained: dict[Kind, TrainedForecaster]
) -> None:
    card = trained["lstm"].card

    assert card.trained_on == ("ONE", "TWO")
    assert np.datetime64(card.trained_until.replace(tzinfo=None)) == markets["ONE"].end
    assert card.version.startswith(f"{card.trained_until:%Y-%m-%d}-")
    assert sum(card.histograms["return"].shares) == pytest.approx(1, abs=1e-4)


def test_too_few_candles_are_refused() -> None:
    with pytest.raises(ForecastingError, match="Too few candles to train on"):
        train({"SHORT": market(walk(700))}, TrainingSettings(kind="lstm", **SMALL))


def test_what_was_saved_forecasts_the_same(
    trained: dict[Kind, TrainedForecaster], markets: dict[str, PriceSeries], tmp_path: Path
) -> None:
    origins = np.array([1000, 2000])
    for kind in KINDS:
        trained[kind].save(tmp_path / kind)
        loaded = NetworkForecaster.load(tmp_path / kind)

        assert loaded.card == trained[kind].card
        theirs = trained[kind].forecaster.quantiles(markets["TWO"], origins, 24)
        np.testing.assert_array_equal(loaded.quantiles(markets["TWO"], origins, 24), theirs)
