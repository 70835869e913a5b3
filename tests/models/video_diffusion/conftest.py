"""The tiny pipelines, each written once and loaded once."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import torch

if TYPE_CHECKING:
    from models.video_diffusion.model import VideoDiffusion


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a tiny pipeline, by its name."""
    from tests.models.video_diffusion.tiny_pipelines import write_tiny

    torch.set_num_threads(1)
    return cache(lambda name: write_tiny(name, tmp_path_factory.mktemp(name)))


@pytest.fixture(scope="session")
def tiny(tiny_folder: Callable[[str], Path]) -> "Callable[[str], VideoDiffusion]":
    """A tiny model in memory, by its name."""
    from models.video_diffusion.configuration import Configuration
    from models.video_diffusion.model import VideoDiffusion

    return cache(lambda name: VideoDiffusion.load(Configuration(str(tiny_folder(name)))))
