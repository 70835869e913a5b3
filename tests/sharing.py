"""How `pytest -n` shares the tests out: those that use a server together stay in one process, all others by module."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/live/", "tests/deployments/worker/", "tests/models/forecasting/network/")
"""Folders whose tests share what takes long to start or to train."""

DIFFUSERS = (
    "tests/models/embedded_image/",
    "tests/models/diffusion/",
    "tests/models/dreambooth/",
    "tests/models/image_safety/",
    "tests/models/pbr/test_marigold",
    "tests/flows/test_image",
    "tests/deployments/gateway/test_image",
)
"""Tests that import torch and diffusers, which takes a process four seconds: one process does it for all of them."""

FIRST = (
    *DIFFUSERS,
    *TOGETHER,
    "tests/flows/test_orchestration.py",
    "tests/deployments/",
    "tests/flows/",
    "tests/blocks/",
)
"""What takes longest, be it one process' share or waiting for others. Short ones come last, and all end together."""


class BySharedServer(LoadScopeScheduling):
    """A folder or a module goes to one process as a whole."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        if module.startswith(DIFFUSERS):
            return "diffusers"
        return next((folder for folder in TOGETHER if module.startswith(folder)), module)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> BySharedServer:
    """Ours, whatever `--dist` says."""
    return BySharedServer(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first; within them, and after them, as they were shuffled."""
    items.sort(key=lambda item: next((i for i, start in enumerate(FIRST) if item.nodeid.startswith(start)), len(FIRST)))
