"""What the client's tests talk to."""

from collections.abc import Iterator

import pytest

from deployments.client import Client
from tests.deployments.client.served import Served, deploy, gateway, served, served_alone

__all__ = ["client", "deploy", "gateway", "served", "served_alone"]


@pytest.fixture
def client(served: Served) -> Iterator[Client]:
    """A client of the gateway, over the wire."""
    with Client(served.url, patience=10) as client:
        yield client
