"""Tails, volatility, filtered simulation and drawdowns against known values."""

import numpy as np
import pytest

from models.portfolio.bootstrap import interval, stationary_indices
from models.portfolio.drawdown import deepest, falls
from models.portfolio.filtered import simulated
from models.portfolio.tail import contributions, cvar, tail, var
from models.portfolio.volatility import ewma, garch
from tests.models.portfolio.market import garch_path, returns

pytestmark = pytest.mark.crypto


def test_tail_of_a_hundred_known_losses() -> None:
    sample = -np.arange(1, 101) / 100
    assert tail(sample, 0.95).var == pytest.approx(0.96)
    assert tail(sample, 0.95).cvar == pytest.approx(0.98)
    assert tail(sample, 0.99).var == tail(sample, 0.99).cvar == pytest.approx(1.0)


@pytest.mark.parametrize("level", [0.9, 0.95, 0.975, 0.99])
@pytest.mark.parametrize("count", [60, 251, 730])
def test_expected_shortfall_is_skfolios(level: float, count: int) -> None:
    from skfolio.measures import cvar as reference

    sample = returns(count)[:, 1]
    assert cvar(sample, level) == pytest.approx(reference(sample, level), rel=1e-12)
    assert cvar(sample, level) >= var(sample, level)


def test_contributions_add_up_and_follow_the_weights() -> None:
    moves, weights = returns(400), np.array([0.4, 0.3, 0.0, 0.2, 0.1])
    parts = contributions(moves, weights, 0.95)
    assert parts.sum() == pytest.approx(cvar(moves @ weights, 0.95))
    assert parts[2] == 0
    step = 1e-6
    numeric = [
        (cvar(moves @ (weights + step * unit), 0.95) - cvar(moves @ weights, 0.95)) / step * weight
        for unit, weight in zip(np.eye(5), weights, strict=True)
    ]
    assert parts == pytest.approx(numeric, rel=1e-3, abs=1e-9), "Euler: weight times the derivative"


def test_garch_finds_the_process_that_made_the_path() -> None:
    path = garch_path(6000)
    model = garch(path)
    assert (model.name, model.reason) == ("garch", None)
    assert model.alpha == pytest.approx(0.1, abs=0.03)
    assert model.beta == pytest.approx(0.85, abs=0.05)
    assert model.residuals(path).std() == pytest.approx(1, abs=0.05)
    again = model.filtered(path[3000:], model.sigma[3000] ** 2)
    assert again == pytest.approx(model.sigma[3000:], rel=1e-6), "the recursion is arch's own"


@pytest.mark.parametrize(
    ("path", "reason"),
    [(garch_path(100), "100 returns are too few for GARCH"), (np.zeros(400), "the value never moved")],
    ids=["short", "still"],
)
def test_where_garch_cannot_be_had_ewma_says_why(path: np.ndarray, reason: str) -> None:
    model = garch(path)
    assert model.name == "ewma"
    assert reason in str(model.reason)


def test_ewma_knows_nothing_of_its_own_day() -> None:
    path = garch_path(300)
    louder = path.copy()
    louder[200] *= 50
    assert (ewma(path).sigma[1:201] == ewma(louder).sigma[1:201]).all()
    assert ewma(louder).sigma[201] > 5 * ewma(path).sigma[201]


def test_filtered_tail_follows_the_last_days() -> None:
    path = garch_path(1000)
    calm, wild = np.append(path, [0.0] * 20), np.append(path, [0.06, -0.06] * 5)
    tails = []
    for sample in (calm, wild):
        model = garch(sample)
        tails.append(tail(simulated(model, model.residuals(sample), 1, seed=1), 0.95).var)
    assert tails[1] > 1.5 * tails[0]


def test_simulated_days_scale_as_a_random_walk_does() -> None:
    path = garch_path(2000)
    model = garch(path)
    z = model.residuals(path)
    one, ten = (simulated(model, z, days, seed=1) for days in (1, 10))
    assert ten.std() / one.std() == pytest.approx(np.sqrt(10), rel=0.35)
    assert (simulated(model, z, 10, seed=1) == ten).all()
    assert (ten > -1).all()


def test_drawdown_of_a_known_path() -> None:
    found = deepest(np.array([1.0, 2.0, 1.5, 1.0, 2.0, 2.5, 2.25]))
    assert (found.depth, found.peak, found.trough, found.recovered) == (0.5, 1, 3, 4)
    assert found.current == pytest.approx(0.1)
    assert deepest(np.array([1.0, 2.0, 3.0])).depth == 0
    assert deepest(np.array([3.0, 2.0, 1.0])).recovered is None
    assert falls(np.array([1.0, 2.0, 1.0])).tolist() == [0, 0, -0.5]


def test_bootstrap_keeps_neighbours_and_covers() -> None:
    index = stationary_indices(400, 300, 10, seed=2)
    neighbours = ((np.diff(index, axis=1) % 400) == 1).mean()
    assert neighbours == pytest.approx(0.9, abs=0.01)
    assert (stationary_indices(400, 300, 10, seed=2) == index).all()
    sample = returns(400)[:, 0]
    low, high = interval(var(sample[index], 0.95))
    assert low < var(sample, 0.95) < high
