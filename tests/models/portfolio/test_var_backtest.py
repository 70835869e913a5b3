"""The tests of a value at risk: published values, and samples that are right and wrong by construction."""

from typing import Any

import numpy as np
import pytest
from scipy.stats import chi2

from models.portfolio.var_backtest import backtest_filtered, backtest_historical, judged
from tests.models.portfolio.market import garch_path

pytestmark = pytest.mark.crypto


def hits(count: int, at: list[int]) -> np.ndarray:
    returns = np.full(count, 0.01)
    returns[at] = -0.1
    return returns


def test_kupiecs_published_bounds() -> None:
    """Kupiec's table: at 99 % and 255 days fewer than 7 passings are accepted at 5 %; at 95 % 7 to 20 (of 252)."""
    said = np.full(255, 0.05)
    spread = [int(i) for i in np.linspace(3, 250, 7)]
    assert judged(hits(255, spread[:6]), said, 0.99).kupiec > 0.05
    assert judged(hits(255, spread), said, 0.99).kupiec < 0.05


@pytest.mark.parametrize("passed", [0, 1, 12, 30])
def test_kupiec_is_the_likelihood_ratio(passed: int) -> None:
    count, p = 250, 0.05
    found = judged(hits(count, list(range(0, 8 * passed, 8))), np.full(count, 0.05), 0.95)
    share = passed / count
    with np.errstate(divide="ignore", invalid="ignore"):
        free = np.nan_to_num((count - passed) * np.log(1 - share)) + (passed * np.log(share) if passed else 0)
    ratio = 2 * (free - ((count - passed) * np.log(1 - p) + passed * np.log(p)))
    assert found.kupiec == pytest.approx(chi2.sf(ratio, 1))
    assert found.christoffersen <= 1


def test_clusters_speak_against_independence() -> None:
    said = np.full(500, 0.05)
    alone = judged(hits(500, list(range(10, 500, 20))), said, 0.95)
    together = judged(hits(500, list(range(200, 225))), said, 0.95)
    assert alone.passed == together.passed == 25
    assert alone.kupiec == together.kupiec > 0.9
    assert alone.independence > 0.05 > together.independence
    assert together.christoffersen < 0.001


def test_filtered_holds_where_volatility_moves() -> None:
    path = garch_path(1500, alpha=0.15, beta=0.82)
    found = backtest_filtered(path, [0.95])[0.95]
    assert len(found.returns) == 500
    assert found.kupiec > 0.05
    assert found.independence > 0.05


@pytest.mark.parametrize("backtest", [backtest_historical, backtest_filtered])
def test_what_is_said_of_a_day_knows_nothing_of_it(backtest: Any) -> None:
    path = garch_path(800)
    whole = backtest(path, [0.95, 0.99])[0.99]
    changed = path.copy()
    changed[700:] *= 9
    other = backtest(changed, [0.95, 0.99])[0.99]
    assert (whole.var[: len(whole.var) - 100] == other.var[: len(other.var) - 100]).all()


def test_too_short_a_history_is_not_judged() -> None:
    assert backtest_historical(garch_path(349), [0.95]) == {}
    assert backtest_filtered(garch_path(349), [0.95]) == {}
    assert set(backtest_historical(garch_path(350), [0.95])) == {0.95}
