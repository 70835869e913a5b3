"""Allow and block lists over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

pytestmark = [pytest.mark.gateway, pytest.mark.fraud]

PATH = "/api/v1/fraud/lists"
STOLEN = {"list": "block", "field": "device", "value": "D-7 ", "reason": "stolen"}


async def test_an_entry_is_put_on_found_and_taken_off(gateway: httpx.AsyncClient) -> None:
    until = (datetime.now(UTC) + timedelta(days=7)).isoformat()
    made = await gateway.post(PATH, json={**STOLEN, "expires_at": until})
    assert (made.status_code, made.json()["value"], made.json()["created_by"]) == (201, "d-7", "local")
    renewed = await gateway.post(PATH, json=STOLEN)
    assert (renewed.json()["entry_id"], renewed.json()["expires_at"]) == (made.json()["entry_id"], None)
    other = await gateway.post(PATH, json={**STOLEN, "list": "allow"})
    assert (other.status_code, other.json()["type"]) == (409, "urn:aiflows:list-conflict")
    await gateway.post(PATH, json={"list": "allow", "field": "ip", "value": "203.0.113.9/24"})
    page = (await gateway.get(PATH, params={"limit": 1})).json()
    assert (page["entries"][0]["value"], page["next_offset"]) == ("203.0.113.0/24", 1)
    assert (await gateway.get(PATH, params={"list": "block"})).json()["entries"] == [renewed.json()]
    address = f"{PATH}/{made.json()['entry_id']}"
    assert (await gateway.delete(address)).status_code == 204
    assert (await gateway.delete(address)).json()["type"] == "urn:aiflows:no-such-entry"


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"list": "grey"}, "/list"),
        ({"field": "amount"}, "/field"),
        ({"value": " "}, "/value"),
        ({"field": "ip", "value": "0.0.0.0/0"}, "/value"),
        ({"field": "ip", "value": "'; DROP TABLE payments"}, "/value"),
        ({"value": "a\u202eb"}, "/value"),
        ({"value": "x" * 257}, "/value"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
        ({"expires_at": "2030-01-01T00:00:00"}, "/expires_at"),
        ({"owner": "somebody"}, "/owner"),
    ],
)
async def test_what_can_be_on_no_list_is_refused(
    gateway: httpx.AsyncClient, changed: dict[str, Any], where: str
) -> None:
    refused = await gateway.post(PATH, json={**STOLEN, **changed})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == where
    assert (await gateway.get(PATH)).json()["entries"] == []


async def test_each_key_has_lists_of_its_own(keyed: Any) -> None:
    stranger, crypto, admin = (keyed.key(scope) for scope in ("fraud", "crypto", "admin"))
    key, secret = keyed.keys.add("test", frozenset({"fraud"}))
    owner = {"X-API-Key": secret}
    made = (await keyed.client.post(PATH, json=STOLEN, headers=owner)).json()
    assert made["owner"] == key.id
    seen = [(await keyed.client.get(PATH, headers=one)).json()["entries"] for one in (owner, stranger, admin)]
    assert seen == [[made], [], [made]]
    assert (await keyed.client.get(PATH, headers=crypto)).status_code == 403
    assert (await keyed.client.post(PATH, json=STOLEN, headers=crypto)).status_code == 403
    address = f"{PATH}/{made['entry_id']}"
    assert (await keyed.client.delete(address, headers=stranger)).status_code == 404
    assert (await keyed.client.delete(address, headers=admin)).status_code == 204
    assert (await keyed.client.get(PATH)).status_code == 401
