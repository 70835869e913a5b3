"""Accounts on paper: every state once, whoever comes first, exact to the last digit."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr

from blocks.broker import PaperAccount, PaperAccounts
from blocks.warehouse import Warehouse

pytestmark = pytest.mark.blocks


@pytest.fixture(params=["sqlite", "postgresql"])
def accounts(request: pytest.FixtureRequest, tmp_path: Path) -> PaperAccounts:
    sqlite = f"sqlite:///{tmp_path / 'w.db'}"
    url = sqlite if request.param == "sqlite" else request.getfixturevalue("database_url")
    warehouse = Warehouse(url=SecretStr(url))
    warehouse.migrate()
    return PaperAccounts(warehouse)


def opened(run: str = "first", cash: str = "1000.000000000000000001") -> PaperAccount:
    return PaperAccount.opened("local/default", run, "USDT", Decimal(cash), {"BTC": Decimal("0.00000001")})


def test_what_was_recorded_is_read_back_exactly(accounts: PaperAccounts) -> None:
    assert accounts.latest("local/default") is None
    state = opened()
    assert accounts.record(state)
    assert accounts.latest("local/default") == replace(state, fills=[])
    assert accounts.traded_by("local/default", "first") is None, "opening is no trade"
    after = state.following("second", Decimal("1E-18"), {"ETH": Decimal(2)}, [{"number": 1, "filled": "2"}])
    assert accounts.record(after)
    assert accounts.latest("local/default") == after
    assert accounts.traded_by("local/default", "second") == after
    assert accounts.latest("other/default") is None


def test_a_version_is_taken_once(accounts: PaperAccounts) -> None:
    state = opened()
    assert accounts.record(state)
    assert not accounts.record(opened("another", "5")), "another run was first"
    assert accounts.record(state), "a repeat of the run that was first is told the same"
    assert accounts.latest("local/default") == replace(state, fills=[])


def test_of_many_runs_at_once_one_gets_each_version(accounts: PaperAccounts) -> None:
    state = opened()
    accounts.record(state)

    def trade(number: int) -> bool:
        return accounts.record(state.following(f"run-{number}", Decimal(number), {}, []))

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(trade, range(8)))
    assert sum(won) == 1
    assert accounts.latest("local/default").cash == won.index(True)
