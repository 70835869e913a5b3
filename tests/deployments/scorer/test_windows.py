"""With Prefect away verdicts go on where a window is open, and are refused where none could be made."""

from pathlib import Path

import httpx
import pytest
from asgi_lifespan import LifespanManager
from prefect.settings import PREFECT_API_URL, temporary_settings

from blocks.block_error import BlockError
from blocks.payment_store import PaymentStore
from blocks.settings import get_settings
from deployments.scorer.app import create_app
from deployments.scorer.model_in_use import ModelInUse
from tasks.fraud.detector import MODEL
from tests.conftest import free_port

from .conftest import RUN

pytestmark = pytest.mark.fraud

PAYMENT = {"transaction_id": "t1", "time": "2026-06-29T03:40:46Z", "amount": "1.00", "customer_id": "c"}


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prefect's API at a port where nothing listens."""
    monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{free_port()}/api")
    get_settings.cache_clear()


async def asked(store: PaymentStore) -> httpx.Response:
    app = create_app(get_settings(), store)
    async with LifespanManager(app, startup_timeout=60, shutdown_timeout=60):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://scorer", timeout=60) as client:
            return await client.post("/score", json={"owner": "local", "transactions": [PAYMENT]})


@pytest.mark.usefixtures("nowhere")
async def test_a_window_that_is_open_stays_open(tmp_path: Path) -> None:
    store = PaymentStore(f"sqlite:///{tmp_path / 'payments.db'}")
    store.migrate()
    store.open_window(RUN, "local")
    answer = await asked(store)
    assert answer.status_code == 200, answer.text
    assert answer.json()["verdicts"][0]["run_id"] == RUN
    assert store.windows("open", "closed", "scheduled") == [(RUN, "local", "open")]


def test_with_the_registry_away_the_last_model_stays() -> None:
    ModelInUse()
    port = free_port()
    with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{port}/api"}):
        assert ModelInUse().model.registry_version is None
        (get_settings().home / "models" / MODEL / "in-use.json").unlink()
        with pytest.raises(BlockError, match="Prefect API"):
            ModelInUse()


@pytest.mark.usefixtures("nowhere")
async def test_without_a_run_nothing_is_counted(tmp_path: Path) -> None:
    store = PaymentStore(f"sqlite:///{tmp_path / 'payments.db'}")
    store.migrate()
    answer = await asked(store)
    assert answer.status_code == 503, answer.text
    assert (answer.json()["kind"], answer.json()["retry_after"]) == ("scorer-no-run", 2)
    assert list(store.audit()) == []
