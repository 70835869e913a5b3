import numpy as np
import pytest

from models.fraud.tuning import PARAMETERS, candidates, tune

pytestmark = pytest.mark.fraud

RANDOM = np.random.default_rng(0)
VALUES = RANDOM.normal(size=(2000, 3))
FRAUD = VALUES[:, 0] + VALUES[:, 1] * VALUES[:, 2] > 1.8
FIT, LATER = (VALUES[:1000], FRAUD[:1000]), (VALUES[1000:], FRAUD[1000:])


def test_the_known_good_set_comes_first_and_the_rest_by_seed() -> None:
    assert candidates(5, 1)[0] == PARAMETERS
    assert candidates(5, 1) == candidates(5, 1) != candidates(5, 2)


def test_the_best_of_the_trials_is_taken() -> None:
    found = tune(FIT, LATER, trials=4, seconds=600, seed=1)
    assert (found.trials, found.cut_short) == (4, False)
    assert found.parameters in candidates(4, 1)
    alone = tune(FIT, LATER, trials=2, seconds=600, seed=1)
    assert found.average_precision is not None
    assert alone.average_precision is not None
    assert found.average_precision >= alone.average_precision


def test_no_trial_begins_when_the_time_is_over() -> None:
    found = tune(FIT, LATER, trials=50, seconds=0, seed=1)
    assert (found.trials, found.cut_short, found.parameters) == (0, True, PARAMETERS)


def test_without_trials_the_known_good_set_is_taken() -> None:
    assert tune(FIT, LATER, trials=1, seconds=10, seed=1).parameters == PARAMETERS
