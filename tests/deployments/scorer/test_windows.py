"""With Prefect away verdicts go on where a window is open, and are refused where none could be made."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
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
BODY = {"owner": "local", "transactions": [PAYMENT]}


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prefect's API at a port where nothing listens."""
    monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{free_port()}/api")
    get_settings.cache_clear()


@asynccontextmanager
async def scorer(store: PaymentStore) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(get_settings(), store)
    async with LifespanManager(app, startup_timeout=60, shutdown_timeout=60):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://scorer", timeout=60) as client:
            yield client


async def asked(store: PaymentStore) -> httpx.Response:
    async with scorer(store) as client:
        return await client.post("/score", json=BODY)


@pytest.mark.usefixtures("nowhere")
async def test_a_second_scorer_takes_over_when_the_first_ends(store: PaymentStore) -> None:
    store.open_window(RUN, "local")
    async with AsyncExitStack() as standing_by:
        async with scorer(store) as first:
            second = await standing_by.enter_async_context(scorer(store))
            refused = await second.post("/score", json=BODY)
            assert (refused.status_code, refused.json()["kind"]) == (503, "scorer-standby")
            assert (await second.get("/health")).status_code == 503
            [given] = (await first.post("/score", json=BODY)).json()["verdicts"]
        async with asyncio.timeout(20):
            while not (await second.get("/health")).is_success:  # noqa: ASYNC110 - it looks for the lock by itself
                await asyncio.sleep(0.05)
        [again] = (await second.post("/score", json=BODY)).json()["verdicts"]
    assert again["repeated"]
    assert again["score"] == given["score"]


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
