"""Only safetensors are loaded."""

import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from models.diffusion.checkpoint import UnsafeCheckpoint, checked_checkpoint
from models.diffusion.configuration import Configuration
from models.diffusion.model import StableDiffusion

pytestmark = pytest.mark.image


class Bomb:
    """Pickled, it makes a file when it is loaded."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.file,)


def test_weights_of_numbers_pass(tmp_path: Path) -> None:
    save_file({"a": torch.zeros(2)}, tmp_path / "model.safetensors")
    assert checked_checkpoint(tmp_path) == tmp_path
    assert checked_checkpoint(tmp_path / "model.safetensors").name == "model.safetensors"


@pytest.mark.parametrize("name", ["model.ckpt", "model.bin", "unet/model.pt", "deep/er/MODEL.PKL"])
def test_a_pickle_is_refused_before_anything_is_loaded(tmp_path: Path, name: str) -> None:
    trap, made = tmp_path / "weights" / name, tmp_path / "executed"
    trap.parent.mkdir(parents=True)
    trap.write_bytes(pickle.dumps(Bomb(made)))
    save_file({"a": torch.zeros(2)}, tmp_path / "weights" / "model.safetensors")
    with pytest.raises(UnsafeCheckpoint, match="pickle"):
        StableDiffusion.load(Configuration(str(tmp_path / "weights")))
    with pytest.raises(UnsafeCheckpoint, match="not a safetensors file"):
        checked_checkpoint(trap)
    assert not made.exists()


def test_a_pickle_by_another_name_is_refused(tmp_path: Path) -> None:
    made = tmp_path / "executed"
    (tmp_path / "model.safetensors").write_bytes(pickle.dumps(Bomb(made)))
    with pytest.raises(UnsafeCheckpoint, match="named like"):
        StableDiffusion.load(Configuration(str(tmp_path / "model.safetensors")))
    assert not made.exists()


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnsafeCheckpoint, match="no safetensors"):
        checked_checkpoint(tmp_path)
    with pytest.raises(UnsafeCheckpoint, match="no such"):
        checked_checkpoint(tmp_path / "none")
