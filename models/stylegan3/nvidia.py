"""NVIDIA's own generators as weights of ours, by way of a process of its own.

`python -m models.stylegan3.nvidia CHECKOUT PICKLE OUT --accept-licence`

NVIDIA's files are pickles: loading one runs the code inside it, and needs their source. So it is loaded by their code,
in the user's own checkout of their repository, in a process that sees nothing of this one; what comes back is numbers.
Their licence allows research and evaluation alone, and it goes with the converted weights. Nothing else in this project
calls this module.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import safe_open
from torch import Tensor

from models.stylegan3.configuration import GeneratorConfiguration, UnfitConfiguration
from models.stylegan3.generator import Generator, new_generator
from models.stylegan3.weights import save_generator

LICENCE: Final = "NVIDIA Source Code License for StyleGAN3: research and evaluation only, not for commercial use"
_SECONDS: Final = 600
_LOADING: Final = Path(__file__).with_name("nvidia_loading.py")
_NAMES: Final = (
    (r"mapping\.fc(\d+)\.(weight|bias)", r"mapping.layers.\1.\2"),
    (r"mapping\.w_avg", "mapping.mean"),
    (r"synthesis\.input\.(weight|transform|phases)", r"waves.\1"),
    (r"synthesis\.input\.freqs", "waves.frequencies"),
    (r"synthesis\.input\.affine\.(weight|bias)", r"waves.pose_\1"),
    (r"synthesis\.L(\d+)_\d+_\d+\.affine\.(weight|bias)", r"layers.\1.style.\2"),
    (r"synthesis\.L(\d+)_\d+_\d+\.magnitude_ema", r"layers.\1.size"),
    (r"synthesis\.L(\d+)_\d+_\d+\.(weight|bias|up_filter|down_filter)", r"layers.\1.\2"),
)
# What ours has built in; a generator with anything else is another one.
_FIXED: Final = {
    "c_dim": 0,
    "img_channels": 3,
    "first_cutoff": 2,
    "first_stopband": 2**2.1,
    "last_stopband_rel": 2**0.3,
    "margin_size": 10,
    "output_scale": 0.25,
    "num_critical": 2,
    "filter_size": 6,
    "lrelu_upsampling": 2,
    "conv_clamp": 256,
}


class NotConverted(ValueError):
    """A pickle did not become a generator; the message says why."""


def convert(checkout: Path, pickle: Path, out: Path) -> Generator:
    """Load a pickle with its own code elsewhere, and write its generator as safetensors.

    Raises:
        NotConverted: There is no such code or file, their loading failed, or the generator is of another kind.
    """
    if not (checkout / "legacy.py").is_file() or not (checkout / "dnnlib").exists():
        raise NotConverted(f"{checkout} is no checkout of NVIDIA's stylegan3: it has no legacy.py beside dnnlib")
    if not pickle.is_file():
        raise NotConverted(f"there is no file {pickle}")
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder, "given.safetensors")
        # Isolated (-I), with an empty environment and folder: the pickle's code finds no keys and no code of ours.
        command = [
            sys.executable,
            "-I",
            "-B",
            str(_LOADING),
            str(checkout.resolve()),
            str(pickle.resolve()),
            str(given),
        ]
        try:
            loading = subprocess.run(
                command, cwd=folder, env={"HOME": folder}, capture_output=True, text=True, timeout=_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise NotConverted(f"loading the pickle took more than {_SECONDS} s") from error
        if loading.returncode or not given.is_file():
            raise NotConverted(f"their code could not load the pickle: {loading.stderr.strip()[-500:]}")
        with safe_open(given, "pt") as stored:
            said = json.loads((stored.metadata() or {}).get("init", "{}"))
            state = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118 - no mapping
    generator = _generator(said, state)
    save_generator(generator, out, {"licence": LICENCE, "source": pickle.name})
    return generator


def _generator(said: dict[str, Any], state: dict[str, Tensor]) -> Generator:
    flat = {**said, **said.get("synthesis_kwargs", {}), **said.get("mapping_kwargs", {})}
    for name, value in _FIXED.items():
        if name in flat and abs(float(flat[name]) - value) > 1e-6:
            raise NotConverted(f"{name} is {flat[name]}, here it is always {value}")
    try:
        configuration = GeneratorConfiguration(
            resolution=int(flat["img_resolution"]),
            layers=_layers(state),
            width=int(flat.get("channel_max", 512)),
            base=int(flat.get("channel_base", 32_768)),
            z=int(flat["z_dim"]),
            w=int(flat["w_dim"]),
            mapping_layers=sum(bool(re.fullmatch(r"mapping\.fc\d+\.weight", name)) for name in state),
            kernel=int(flat.get("conv_kernel", 3)),
            radial=bool(flat.get("use_radial_filters", False)),
        )
        generator = new_generator(configuration, 0)
        _take(generator, {_renamed(name): value for name, value in state.items()})
    except (KeyError, RuntimeError, UnfitConfiguration) as error:
        raise NotConverted(f"the generator is of another kind: {error}") from error
    return generator.eval()


def _layers(state: dict[str, Tensor]) -> int:
    return max((int(found[1]) for name in state if (found := re.match(r"synthesis\.L(\d+)_", name))), default=0)


def _renamed(name: str) -> str:
    for pattern, replacement in _NAMES:
        if re.fullmatch(pattern, name):
            return re.sub(pattern, replacement, name)
    raise NotConverted(f"unknown weights {name}")


def _take(generator: Generator, state: dict[str, Tensor]) -> None:
    """Load the weights; the filters, which are computed here, have to be the same as theirs."""
    for name in [name for name in state if name.endswith("_filter")]:
        ours, theirs = generator.get_buffer(name), state.pop(name)
        if ours.shape != theirs.shape or not torch.allclose(ours, theirs, atol=1e-5):
            raise NotConverted(f"{name} is another filter than ours")
    generator.load_state_dict(state)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="NVIDIA's StyleGAN3 pickle to safetensors; it runs the pickle's code.")
    parser.add_argument("checkout", type=Path, help="your checkout of NVIDIA's stylegan3")
    parser.add_argument("pickle", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--accept-licence", action="store_true", help=LICENCE)
    asked = parser.parse_args()
    if not asked.accept_licence:
        parser.error(f"their licence: {LICENCE}. Read it in your checkout, then add --accept-licence")
    try:
        convert(asked.checkout, asked.pickle, asked.out)
    except NotConverted as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    main()
