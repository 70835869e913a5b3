"""Weights are brought as agreed on, or not at all."""

import hashlib
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from blocks.model_hub import WeightsRefused, WeightsUnavailable
from blocks.source import SourceRefused
from tests.blocks.model_hub.hub_server import COMMIT, WEIGHTS, HubServer, hub_at, hub_server

pytestmark = pytest.mark.image


@pytest.fixture
def server(tmp_path: Path) -> Iterator[HubServer]:
    with hub_server(tmp_path) as running:
        yield running


def test_a_repository_is_brought_whole_and_once(server: HubServer, tmp_path: Path):
    hub = hub_at(server, tmp_path, token="mine")
    offer = hub.offer("owner/tiny")
    told: list[int] = []
    brought = hub.bring(offer, "openrail++", offer.digest, told.append)
    assert told == sorted(told)
    assert told[-1] == offer.bytes == brought.bytes
    assert brought.path.name == COMMIT
    assert (brought.path / "unet/model.safetensors").read_bytes() == WEIGHTS
    assert {key for path, _, key in server.asked if path.startswith("/cdn")} == {None}
    assert {key for path, _, key in server.asked if not path.startswith("/cdn")} == {"Bearer mine"}
    asked = len(server.asked)
    assert hub.bring(offer, "openrail++", offer.digest) == brought
    assert len(server.asked) == asked


def test_a_cut_connection_is_taken_up_where_it_was_cut(server: HubServer, tmp_path: Path):
    server.cuts = 1
    hub = hub_at(server, tmp_path)
    offer = hub.offer("owner/tiny")
    brought = hub.bring(offer, "openrail++", offer.digest)
    assert brought.resumed == 1
    assert (brought.path / "unet/model.safetensors").read_bytes() == WEIGHTS
    ranges = [asked for path, asked, _ in server.asked if path.startswith("/cdn/unet")]
    assert ranges[0] is None
    assert ranges[1] is not None


def test_what_came_is_kept_for_another_call(server: HubServer, tmp_path: Path):
    server.cuts = 1
    hub = hub_at(server, tmp_path, attempts=1)
    offer = hub.offer("owner/tiny")
    with pytest.raises(WeightsUnavailable, match="cut"):
        hub.bring(offer, "openrail++", offer.digest)
    assert hub.bring(offer, "openrail++", offer.digest).resumed == 0
    assert [asked for path, asked, _ in server.asked if path.startswith("/cdn/unet")][1] is not None


@pytest.mark.parametrize(("licence", "digest", "said"), [("mit", None, "licence"), ("openrail++", "0" * 64, "digest")])
def test_another_licence_or_digest_brings_nothing(
    server: HubServer, tmp_path: Path, licence: str, digest: str | None, said: str
):
    hub = hub_at(server, tmp_path)
    offer = hub.offer("owner/tiny")
    with pytest.raises(WeightsRefused, match=said):
        hub.bring(offer, licence, digest or offer.digest)
    assert len(server.asked) == 1


@pytest.mark.parametrize("name", ["unet/model.safetensors", "model_index.json"])
def test_a_file_with_another_digest_is_thrown_away(server: HubServer, tmp_path: Path, name: str):
    content = server.files[name]
    server.served[name] = content[:-1] + b"\x01"
    hub = hub_at(server, tmp_path)
    offer = hub.offer("owner/tiny")
    with pytest.raises(WeightsRefused, match="does not have the digest"):
        hub.bring(offer, "openrail++", offer.digest)
    left = [file.name for file in (tmp_path / "weights").rglob("*") if file.is_file()]
    assert not [file for file in left if file.startswith(Path(name).name)]


def test_no_room_and_too_large_are_said_before_anything_is_brought(server: HubServer, tmp_path: Path):
    for settings, said in ({"reserve_bytes": 2**60}, "make room"), ({"max_bytes": 1000}, "at most 1000"):
        hub = hub_at(server, tmp_path, **settings)
        offer = hub.offer("owner/tiny")
        with pytest.raises(WeightsRefused, match=said):
            hub.bring(offer, "openrail++", offer.digest)
    assert not [path for path, _, _ in server.asked if "resolve" in path]


def test_pickles_are_left_out_and_refused_in_disguise(server: HubServer, tmp_path: Path):
    server.files["unet/model.bin"] = pickle.dumps({"w": 1})
    beside = ("tokenizer/chat_template.jinja", "tokenizer/spiece.model")
    server.files.update(dict.fromkeys(beside, b"words"))
    hub = hub_at(server, tmp_path)
    offered = hub.offer("owner/tiny")
    assert offered.left_out == ("unet/model.bin",)
    assert set(beside) < {file.path for file in offered.files}
    with pytest.raises(WeightsRefused, match="no safetensors"):
        hub.offer("owner/tiny", include=("*.bin",))
    server.files["unet/model.safetensors"] = pickle.dumps(list(range(100)))
    offer = hub.offer("owner/tiny")
    with pytest.raises(WeightsRefused, match="is none"):
        hub.bring(offer, "openrail++", offer.digest)


@pytest.mark.parametrize("path", ["../../x.safetensors", "/etc/x.safetensors", "a//x.safetensors", "a\\x.safetensors"])
def test_a_hostile_listing_writes_nowhere(server: HubServer, tmp_path: Path, path: str):
    server.files[path] = WEIGHTS
    with pytest.raises(WeightsRefused, match="plain relative path"):
        hub_at(server, tmp_path).offer("owner/tiny")


def test_one_file_from_an_address(server: HubServer, tmp_path: Path):
    hub, address = hub_at(server, tmp_path), f"https://localhost:{server.server_port}"
    sha256 = hashlib.sha256(WEIGHTS).hexdigest()
    brought = hub.bring_file(f"{address}/cdn/unet/model.safetensors", sha256, 1_000_000)
    assert brought.path.read_bytes() == WEIGHTS
    with pytest.raises(WeightsRefused, match="digest"):
        hub.bring_file(f"{address}/cdn/unet/model.safetensors", "0" * 64, 1_000_000)
    with pytest.raises(WeightsRefused, match="more than its 1000"):
        hub.bring_file(f"{address}/cdn/unet/model.safetensors", "1" * 64, 1000)
    with pytest.raises(WeightsRefused, match="can run code"):
        hub.bring_file(f"{address}/cdn/model.ckpt", sha256, 1000)


def test_a_redirect_into_a_private_network_is_not_followed(server: HubServer, tmp_path: Path):
    hub = hub_at(server, tmp_path)
    with pytest.raises(SourceRefused, match="not public"):
        hub.bring_file(f"https://localhost:{server.server_port}/inside.safetensors", "0" * 64, 1000)
