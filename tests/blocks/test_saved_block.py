"""Blocks by name: saved ones first, the local default otherwise, and never a silent guess."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_MAX_RETRIES, temporary_settings

from blocks.asset_store import AssetStore
from blocks.block_error import BlockError
from blocks.model_registry import ModelRegistry
from blocks.saved_block import forget_remembered_blocks
from tests.conftest import free_port

pytestmark = pytest.mark.blocks


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    forget_remembered_blocks()
    yield
    forget_remembered_blocks()


@pytest.mark.parametrize("block", [AssetStore, ModelRegistry])
def test_without_an_api_the_default_is_local(block: type[AssetStore | ModelRegistry], isolated_data_dir: Path) -> None:
    with temporary_settings({PREFECT_API_URL: None}):
        found = block.default()
    store = found.store if isinstance(found, ModelRegistry) else found
    assert store.location == (isolated_data_dir / "assets").as_uri()
    assert str(store.public_url) == "http://127.0.0.1:8000/assets"


def test_a_saved_block_is_found_and_remembered(prefect_api: str, tmp_path: Path) -> None:
    name = f"test-{uuid4().hex}"
    AssetStore(location=tmp_path.as_uri(), public_url="https://cdn.example.com", signing_key="k" * 32).save(name)
    try:
        found = AssetStore.default(name)
        assert found.location == tmp_path.as_uri()
        assert found.signing_key is not None
        assert found.signing_key.get_secret_value() == "k" * 32
        assert AssetStore.default(name) is found
        assert found.put("a.txt", b"a").url.startswith("https://cdn.example.com/a.txt?expires=")
    finally:
        AssetStore.delete(name)
    assert AssetStore.default(name) is found  # for half a minute


def test_a_registry_in_a_saved_store(prefect_api: str, tmp_path: Path) -> None:
    name = f"test-{uuid4().hex}"
    store = AssetStore(location=tmp_path.as_uri(), public_url="https://cdn.example.com")
    store.save(name)
    ModelRegistry(assets=store).save(name)
    try:
        assert ModelRegistry.default(name).store.location == tmp_path.as_uri()
    finally:
        ModelRegistry.delete(name)
        AssetStore.delete(name)


async def test_the_same_call_inside_an_event_loop(prefect_api: str) -> None:
    with pytest.raises(BlockError, match="No block 'asset-store/never-saved' is saved"):
        AssetStore.default("never-saved")


def test_an_api_that_is_away_is_said() -> None:
    away = f"http://127.0.0.1:{free_port()}/api"
    with (
        temporary_settings({PREFECT_API_URL: away, PREFECT_CLIENT_MAX_RETRIES: 0}),
        pytest.raises(BlockError, match="did not say whether"),
    ):
        AssetStore.default()


@pytest.mark.parametrize("block", [AssetStore, ModelRegistry])
def test_every_field_explains_itself_in_the_form(block: type[AssetStore | ModelRegistry]) -> None:
    schema = block.model_json_schema()
    assert schema["description"]
    assert all(field.get("description") for field in schema["properties"].values())
    assert block.get_block_type_slug() in {"asset-store", "model-registry"}
    assert inspect.isfunction(block.check)
