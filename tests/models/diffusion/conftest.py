"""The tiny SDXL, made once."""

from pathlib import Path

import pytest
import torch


@pytest.fixture(scope="session")
def tiny_sdxl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.models.diffusion.tiny_sdxl import write_tiny_sdxl

    torch.set_num_threads(1)
    return write_tiny_sdxl(tmp_path_factory.mktemp("sdxl"))
