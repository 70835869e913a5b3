"""Files that are not just the network their card describes are refused."""

import hashlib
import json
from pathlib import Path

import pytest

from models.forecasting.network.card import Kind
from models.forecasting.network.forecaster import NetworkForecaster
from models.forecasting.network.training import TrainedForecaster
from models.forecasting.network.weights import CARD, WEIGHTS, WeightsRefused

pytestmark = pytest.mark.crypto


@pytest.fixture
def folder(trained: dict[Kind, TrainedForecaster], tmp_path: Path) -> Path:
    trained["lstm"].save(tmp_path / "lstm")
    return tmp_path / "lstm"


def forge(folder: Path, content: bytes | None = None, **card: object) -> None:
    """Other weights with a card that names them, and other words on the card."""
    if content is not None:
        (folder / WEIGHTS).write_bytes(content)
        card["weights_sha256"] = hashlib.sha256(content).hexdigest()
    written = json.loads((folder / CARD).read_text()) | card
    (folder / CARD).write_text(json.dumps(written))


def test_a_changed_byte(folder: Path) -> None:
    content = bytearray((folder / WEIGHTS).read_bytes())
    content[-1] ^= 1
    (folder / WEIGHTS).write_bytes(bytes(content))

    with pytest.raises(WeightsRefused, match=r"not the file that card\.json names"):
        NetworkForecaster.load(folder)


def test_other_shapes(folder: Path) -> None:
    forge(folder, width=32)

    with pytest.raises(WeightsRefused, match="not those of a lstm of width 32"):
        NetworkForecaster.load(folder)


def test_numbers_that_are_none(folder: Path) -> None:
    from safetensors.torch import load, save

    tensors = load((folder / WEIGHTS).read_bytes())
    next(iter(tensors.values()))[0] = float("nan")
    forge(folder, save(tensors))

    with pytest.raises(WeightsRefused, match="finite 32-bit floats"):
        NetworkForecaster.load(folder)


@pytest.mark.parametrize("content", [b"", b"\x80\x04K\x01.", b"\xff" * 64])
def test_no_safetensors(folder: Path, content: bytes) -> None:
    forge(folder, content)

    with pytest.raises(WeightsRefused, match="not safetensors"):
        NetworkForecaster.load(folder)


def test_too_large(folder: Path) -> None:
    with (folder / WEIGHTS).open("r+b") as file:
        file.truncate(17 * 2**20)

    with pytest.raises(WeightsRefused, match="larger than 16 MiB"):
        NetworkForecaster.load(folder)


@pytest.mark.parametrize("card", ["", "{}", '{"kind": "oracle"}', "[1]"])
def test_no_card(folder: Path, card: str) -> None:
    (folder / CARD).write_text(card)

    with pytest.raises(WeightsRefused, match="no card of this code"):
        NetworkForecaster.load(folder)


def test_no_files(tmp_path: Path) -> None:
    with pytest.raises(WeightsRefused, match=r"holds no card\.json"):
        NetworkForecaster.load(tmp_path)
