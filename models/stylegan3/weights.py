"""Generators as safetensors files; what they are is in the header."""

import json
from pathlib import Path
from typing import Any, Final

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from models.stylegan3.configuration import GeneratorConfiguration, UnfitConfiguration
from models.stylegan3.generator import Generator, new_generator

_KEY: Final = "stylegan3"


class UnfitWeights(ValueError):
    """A file is no generator of ours; the message says why."""


def save_generator(generator: Generator, file: Path, said: dict[str, Any] | None = None) -> None:
    """Write a file whole or not at all.

    Args:
        said: Plain values kept beside the configuration: version, licence, how it was trained.
    """
    header = {"configuration": generator.configuration.to_dict(), **(said or {})}
    partial = file.with_name(f"{file.name}.part")
    state = {name: value.contiguous() for name, value in generator.state_dict().items()}
    save_file(state, partial, metadata={_KEY: json.dumps(header, sort_keys=True)})
    partial.replace(file)


def load_generator(file: Path) -> tuple[Generator, dict[str, Any]]:
    """The generator of a file, ready to draw, and what its header says.

    Raises:
        UnfitWeights: It is no safetensors file, or holds no generator.
        OSError: It cannot be read.
    """
    try:
        with safe_open(file, "pt") as stored:
            header = json.loads((stored.metadata() or {})[_KEY])
            configuration = GeneratorConfiguration.from_dict(header["configuration"])
            state: dict[str, Tensor] = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118 - no mapping
        generator = new_generator(configuration, 0)
        generator.load_state_dict(state)
    except (SafetensorError, UnfitConfiguration, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise UnfitWeights(f"{file.name} holds no generator of this kind: {error}") from error
    return generator.eval(), header
