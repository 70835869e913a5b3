"""The converter, with a stand-in for NVIDIA's code: a checkout whose `legacy` gives a network with their names."""

import json
import os
import pickle
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from models.stylegan3.configuration import GeneratorConfiguration
from models.stylegan3.generator import Generator, new_generator
from models.stylegan3.nvidia import LICENCE, NotConverted, convert
from models.stylegan3.weights import load_generator

pytestmark = pytest.mark.image

KIND = GeneratorConfiguration(resolution=16, layers=4, width=8, base=128, z=8, w=8)
LEGACY = """
import json, os, pickle
from pathlib import Path
from safetensors.torch import load_file

class Network:
    def __init__(self, folder):
        self.init_kwargs = json.loads((folder / "init.json").read_text())
        self._state = load_file(folder / "state.safetensors")

    def state_dict(self):
        return self._state

def load_network_pkl(stream):
    pickle.load(stream)
    return {"G_ema": Network(Path(__file__).parent)}
"""


class Tells:
    """Unpickled, it writes what it sees of the process that it is in."""

    def __init__(self, place: Path) -> None:
        self._place = str(place)

    def __reduce__(self) -> tuple[Any, ...]:
        told = "import os,json; open({!r},'w').write(json.dumps([os.getpid(), dict(os.environ), os.getcwd()]))"
        return exec, (told.format(self._place),)


def their_names(generator: Generator) -> dict[str, torch.Tensor]:
    state = {}
    for name, value in [*generator.state_dict().items(), *generator.named_buffers()]:
        new = re.sub(r"^mapping\.layers\.(\d+)", r"mapping.fc\1", name).replace("mapping.mean", "mapping.w_avg")
        new = new.replace("waves.frequencies", "synthesis.input.freqs").replace(
            "waves.pose_", "synthesis.input.affine."
        )
        new = new.replace("waves.", "synthesis.input.")
        new = re.sub(r"^layers\.(\d+)\.", r"synthesis.L\1_36_8.", new)
        new = new.replace(".style.", ".affine.").replace(".size", ".magnitude_ema")
        if not (new.endswith("_filter") and len(value) == 1):  # they have none where nothing is filtered
            state[new] = value.detach().clone().contiguous()
    return state


def checkout(folder: Path, generator: Generator, **said: Any) -> Path:
    folder.mkdir()
    (folder / "dnnlib").mkdir()
    (folder / "legacy.py").write_text(LEGACY)
    kwargs = {"img_resolution": 16, "z_dim": 8, "w_dim": 8, "c_dim": 0, "img_channels": 3}
    synthesis = {"channel_base": 128, "channel_max": 8, "conv_kernel": 3, "num_layers": 4}
    (folder / "init.json").write_text(json.dumps({**kwargs, "synthesis_kwargs": {**synthesis, **said}}))
    save_file(their_names(generator), folder / "state.safetensors")
    return folder


def test_their_network_draws_the_same_and_its_code_runs_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "hidden")
    theirs = new_generator(KIND, 9).eval()
    source = tmp_path / "network.pkl"
    source.write_bytes(pickle.dumps(Tells(tmp_path / "told.json")))
    convert(checkout(tmp_path / "repository", theirs), source, tmp_path / "out.safetensors")
    pid, environment, folder = json.loads((tmp_path / "told.json").read_text())
    assert pid != os.getpid()
    assert "SECRET_KEY" not in environment
    assert folder != str(Path.cwd())
    loaded, said = load_generator(tmp_path / "out.safetensors")
    assert said["licence"] == LICENCE
    points = torch.randn(2, KIND.z)
    with torch.inference_mode():
        torch.testing.assert_close(loaded(points), theirs(points))


@pytest.mark.parametrize(
    ("said", "why"), [({"margin_size": 4}, "margin_size is 4"), ({"channel_max": 16}, "another kind")]
)
def test_another_kind_of_network_is_refused(tmp_path: Path, said: dict[str, Any], why: str) -> None:
    source = tmp_path / "network.pkl"
    source.write_bytes(pickle.dumps({}))
    with pytest.raises(NotConverted, match=why):
        convert(checkout(tmp_path / "repository", new_generator(KIND, 9), **said), source, tmp_path / "out.safetensors")
    assert not (tmp_path / "out.safetensors").exists()


def test_what_cannot_be_loaded_is_said(tmp_path: Path) -> None:
    source = tmp_path / "network.pkl"
    with pytest.raises(NotConverted, match=r"no legacy\.py"):
        convert(tmp_path, source, tmp_path / "out.safetensors")
    repository = checkout(tmp_path / "repository", new_generator(KIND, 9))
    with pytest.raises(NotConverted, match="there is no file"):
        convert(repository, source, tmp_path / "out.safetensors")
    source.write_bytes(b"no pickle")
    with pytest.raises(NotConverted, match="UnpicklingError"):
        convert(repository, source, tmp_path / "out.safetensors")


def test_nothing_is_run_before_the_licence_is_accepted(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "models.stylegan3.nvidia", "a", "b", "c"]
    refused = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert refused.returncode == 2
    assert "research and evaluation only" in refused.stderr
