"""Addresses of PostgreSQL as people and platforms write them."""

import pytest
from sqlalchemy import make_url

from blocks.warehouse import Warehouse, WarehouseError
from tests.conftest import free_port

pytestmark = pytest.mark.blocks


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg"])
def test_an_address_need_not_name_the_driver(database_url: str, scheme: str) -> None:
    url = make_url(database_url).set(drivername=scheme).render_as_string(hide_password=False)
    warehouse = Warehouse(url=url)
    warehouse.migrate()
    warehouse.check()


def test_a_password_with_reserved_characters_stays_whole_and_unseen() -> None:
    url = f"postgresql://user:p%40ss%2Fw%3Ard@127.0.0.1:{free_port()}/db"
    with pytest.raises(WarehouseError, match="cannot be reached") as caught:
        Warehouse(url=url).check()
    assert not any(secret in str(caught.value) for secret in ("p@ss/w:rd", "p%40ss"))
