"""Weights through the flow."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from blocks.model_hub import WeightsRefused
from flows.image.fetch_model import ModelFetchRequest, fetch_model
from tests.blocks.model_hub.hub_server import COMMIT, WEIGHTS, hub_at, hub_server

pytestmark = pytest.mark.image


def test_the_refusal_names_what_to_accept_and_then_it_comes(
    prefect_api: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with hub_server(tmp_path) as server:
        monkeypatch.setenv("MODEL_HUB_ENDPOINT", f"https://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("MODEL_HUB_FOLDER", str(tmp_path / "weights"))
        monkeypatch.setenv("MODEL_HUB_RESERVE_BYTES", "0")
        monkeypatch.setenv("SOURCE_NETWORKS", "127.0.0.0/8")
        monkeypatch.setenv("SOURCE_PORTS", str(server.server_port))
        monkeypatch.setenv("SOURCE_CA_FILE", str(tmp_path / "authority.pem"))
        asked = ModelFetchRequest(repository="owner/tiny", accepted_licence="mit", sha256="0" * 64)
        with pytest.raises(WeightsRefused, match=r"openrail\+\+"):
            fetch_model(asked)
        digest = hub_at(server, tmp_path).offer("owner/tiny").digest
        server.cuts = 1
        brought = fetch_model(asked.model_copy(update={"accepted_licence": "openrail++", "sha256": digest}))
    assert brought.resumed == 1
    assert brought.provenance.model_version == COMMIT
    assert (Path(brought.path) / "unet/model.safetensors").read_bytes() == WEIGHTS


@pytest.mark.parametrize("place", [{}, {"repository": "a/b", "uri": "https://example.com/a.safetensors"}])
def test_one_place_is_named(place: dict[str, str]):
    with pytest.raises(ValidationError, match="one of them"):
        ModelFetchRequest(**place, accepted_licence="mit", sha256="0" * 64)
