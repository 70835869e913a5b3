"""The account model: shipped weights as the card says, training on labelled accounts, reasons that add up."""

from pathlib import Path

import numpy as np
import pytest

from models.market_abuse.accounts.model import SHIPPED, AccountModel, AccountWeightsError, load_account_model
from models.market_abuse.accounts.training import train_account_model
from tasks.market_abuse.account_file import read_accounts

pytestmark = pytest.mark.fraud

DATA = Path(__file__).parents[4] / "shared/data/fraud/ethereum_accounts_dev.csv"


def made_up(count: int = 400) -> tuple[dict[str, np.ndarray], np.ndarray]:
    drawn = np.random.default_rng(0)
    fraud = drawn.random(count) < 0.3
    columns = {
        "sent tnx": drawn.poisson(np.where(fraud, 3, 12), count).astype(float),
        "total ether received": drawn.lognormal(np.where(fraud, 3, 1), 1.0),
        "received tnx": drawn.poisson(5, count).astype(float),
    }
    return columns, fraud


def test_a_model_trained_on_labels_ranks_and_explains(tmp_path: Path) -> None:
    columns, fraud = made_up()
    model = train_account_model(columns, fraud, source="made up", trees=30)
    score, shares = model.judge(columns)
    assert model.card.metrics.average_precision > 0.8
    margin = shares.sum(axis=1)
    assert np.ptp(np.log(score / (1 - score)) - margin) < 1e-3  # the shares are the whole of it but for the base
    assert all("(+" in reason for reason in model.reasons(shares[0], np.array([1.0, 2.0, 3.0])))
    model.save(tmp_path)
    again = AccountModel.load(tmp_path)
    np.testing.assert_array_equal(again.judge(columns)[0], score)
    (tmp_path / "booster.ubj").write_bytes(b"other")
    with pytest.raises(AccountWeightsError, match="not the file"):
        AccountModel.load(tmp_path)


def test_too_few_labels_are_refused() -> None:
    columns, fraud = made_up()
    with pytest.raises(ValueError, match="50 of each are needed"):
        train_account_model(columns, np.zeros_like(fraud), source="made up", trees=5)


def test_the_shipped_model_is_small_and_keeps_its_bar_out_of_fold() -> None:
    card = load_account_model().card
    assert card.metrics.average_precision >= 0.99
    assert (SHIPPED / "booster.ubj").stat().st_size < 16 * 2**20
    assert "flag" not in card.features
    assert "index" not in card.features


@pytest.mark.data
@pytest.mark.skipif(not DATA.exists(), reason="the shared data folder is not beside the project")
def test_training_on_half_of_the_accounts_ranks_the_other_half() -> None:
    from sklearn.metrics import average_precision_score

    accounts, _ = read_accounts(DATA)
    assert accounts.label is not None
    half = np.arange(len(accounts)) % 2 == 0
    model = train_account_model(
        {name: column[half] for name, column in accounts.columns.items()},
        accounts.label[half],
        source="half",
        trees=120,
    )
    score, _ = model.judge({name: column[~half] for name, column in accounts.columns.items()})
    assert average_precision_score(accounts.label[~half], score) > 0.98
