"""The embedded model in one safetensors file: its networks' numbers, and its small text files in the header."""

import json
from pathlib import Path
from typing import Final

from safetensors import safe_open
from safetensors.torch import load_file, save_file

_TEXTS: Final = (
    "card.json",
    "tokenizer/vocab.json",
    "tokenizer/merges.txt",
    "unet/config.json",
    "text_encoder/config.json",
    "vae/config.json",
    "enlarger/config.json",
)
_NETWORKS: Final = {
    "unet": "diffusion_pytorch_model.safetensors",
    "text_encoder": "model.safetensors",
    "vae": "diffusion_pytorch_model.safetensors",
    "enlarger": "diffusion_pytorch_model.safetensors",
}


class NoBundle(ValueError):
    """The file is no embedded model; the message says what is missing."""


def pack(folder: Path, file: Path) -> None:
    """Put a folder of weights into one file."""
    numbers = {
        f"{network}/{name}": value
        for network, weights in _NETWORKS.items()
        for name, value in load_file(folder / network / weights).items()
    }
    texts = {name: (folder / name).read_text() for name in _TEXTS}
    save_file(numbers, file, metadata={"files": json.dumps(texts)})


def unpack(file: Path, folder: Path) -> None:
    """Make the folder again; only files of known names are written, whatever the file says.

    Raises:
        NoBundle: Something is missing.
    """
    with safe_open(file, "pt") as opened:
        metadata = opened.metadata() or {}
    try:
        texts = json.loads(metadata["files"])
        contents = {name: str(texts[name]) for name in _TEXTS}
    except (KeyError, TypeError, ValueError) as error:
        raise NoBundle(f"{file.name} is not an embedded image model") from error
    numbers = load_file(file)
    for network, weights in _NETWORKS.items():
        own = {
            name.removeprefix(f"{network}/"): value for name, value in numbers.items() if name.startswith(f"{network}/")
        }
        if not own:
            raise NoBundle(f"{file.name} has no {network}")
        (folder / network).mkdir(parents=True, exist_ok=True)
        save_file(own, folder / network / weights, metadata={"format": "pt"})
    for name, text in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
