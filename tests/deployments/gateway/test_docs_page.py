"""The documentation page works without the internet."""

import re

import httpx
import pytest

pytestmark = pytest.mark.gateway


async def test_the_documentation_page_loads_nothing_from_elsewhere(gateway: httpx.AsyncClient) -> None:
    page = await gateway.get("/docs")
    assert page.status_code == 200
    addresses = [httpx.URL(address) for address in re.findall(r'(?:src|href)="([^"]+)"', page.text)]
    assert len(addresses) == 3
    for address in addresses:
        assert address.host in {"", gateway.base_url.host}
        assert (await gateway.get(address)).is_success
