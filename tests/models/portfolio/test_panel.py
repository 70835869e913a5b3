"""Several coins side by side: common days, gaps, short histories."""

import numpy as np
import pytest

from models.portfolio.errors import PortfolioError, ShortReturns
from models.portfolio.panel import Panel

pytestmark = pytest.mark.crypto


def closes(days: int, start: str = "2024-01-01", price: float = 100.0) -> tuple[np.ndarray, np.ndarray]:
    return np.datetime64(start, "D") + np.arange(days), price * 1.01 ** np.arange(days)


def test_only_days_that_all_have_are_kept() -> None:
    panel = Panel.of({"BTC": closes(200), "NEW": closes(100, "2024-03-01")})
    assert (str(panel.day[0]), str(panel.day[-1]), len(panel)) == ("2024-03-01", "2024-06-08", 100)
    assert panel.returns == pytest.approx(0.01)


def test_a_gap_is_no_return() -> None:
    day, close = closes(200)
    kept = np.delete(np.arange(200), [50, 51])
    panel = Panel.of({"BTC": (day[kept], close[kept]), "ETH": closes(200)})
    assert panel.gaps == 2
    assert len(panel.returns) == len(panel.return_days) == 200 - 1 - 3
    assert panel.returns == pytest.approx(0.01), "no return spans the gap"
    assert panel.horizon_returns(5) == pytest.approx(1.01**5 - 1)
    assert len(panel.horizon_returns(5)) == 195 - 5 - 1 - 1, "windows that begin or end in the gap are left out"


def test_the_coin_that_is_too_new_is_named() -> None:
    with pytest.raises(
        ShortReturns, match=r"30 daily returns, 60 are needed: NEW has the shortest history \(31 days\)"
    ):
        Panel.of({"BTC": closes(200), "NEW": closes(31, "2024-05-01")})


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan, np.inf])
def test_impossible_prices_are_refused(bad: float) -> None:
    day, close = closes(100)
    close[7] = bad
    with pytest.raises(PortfolioError, match="ETH has a price that is not positive"):
        Panel.of({"BTC": closes(100), "ETH": (day, close)})


def test_no_coins() -> None:
    with pytest.raises(PortfolioError, match="no coin"):
        Panel.of({})
