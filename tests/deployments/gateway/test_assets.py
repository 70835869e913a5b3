"""Uploads and files."""

import base64
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from blocks.asset_store import AssetStore
from deployments.gateway.settings import GatewaySettings

pytestmark = pytest.mark.gateway

CSV = b"time,open,high,low,close,volume\n2026-01-01T00:00:00Z,1,2,0.5,1.5,10\n"
URL = "/api/v1/assets"


async def upload(client: httpx.AsyncClient, content: bytes = CSV, name: str = "candles.csv", **headers: str) -> Any:
    answer = await client.post(URL, params={"name": name}, content=content, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_file_is_stored_described_and_served(gateway: httpx.AsyncClient) -> None:
    stored = await upload(gateway)
    assert stored["uri"] == f"asset://uploads/{stored['id']}/candles.csv"
    assert stored["media_type"] == "text/csv"
    assert (stored["bytes"], stored["sha256"]) == (len(CSV), hashlib.sha256(CSV).hexdigest())
    assert (await gateway.get(f"{URL}/{stored['id']}")).json() == stored
    served = await gateway.get(f"/assets/uploads/{stored['id']}/candles.csv")
    assert served.content == CSV
    assert served.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in served.headers["content-security-policy"]
    assert served.headers["etag"] == f'"{stored["sha256"]}"'


async def test_a_stream_without_a_length_is_stored(gateway: httpx.AsyncClient) -> None:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield CSV

    answer = await gateway.post(URL, params={"name": "candles.csv"}, content=body())
    assert answer.status_code == 201, answer.text
    assert answer.json()["bytes"] == 1000 * len(CSV)


async def test_an_upload_goes_on_where_it_broke(gateway: httpx.AsyncClient) -> None:
    begun = await gateway.post(
        URL,
        params={"name": "candles.csv"},
        content=CSV[:10],
        headers={"Upload-Complete": "?0", "Upload-Length": str(len(CSV))},
    )
    assert begun.status_code == 201, begun.text
    assert begun.headers["upload-complete"] == "?0"
    address = begun.headers["location"]
    head = await gateway.head(address)
    assert (head.status_code, head.headers["upload-offset"]) == (204, "10")
    assert (await gateway.get(address)).status_code == 409
    wrong = await gateway.patch(address, content=b"x", headers={"Upload-Offset": "3", "Upload-Complete": "?0"})
    assert wrong.status_code == 409
    assert wrong.json()["expected-offset"] == 10
    middle = await gateway.patch(address, content=CSV[10:30], headers={"Upload-Offset": "10", "Upload-Complete": "?0"})
    assert (middle.status_code, middle.headers["upload-offset"]) == (200, "30")
    last = await gateway.patch(address, content=CSV[30:], headers={"Upload-Offset": "30", "Upload-Complete": "?1"})
    assert last.status_code == 201, last.text
    assert last.json()["sha256"] == hashlib.sha256(CSV).hexdigest()
    again = await gateway.patch(address, content=b"", headers={"Upload-Offset": str(len(CSV))})
    assert again.status_code == 409
    assert (await gateway.head(address)).headers["upload-complete"] == "?1"


async def test_an_upload_can_be_aborted(gateway: httpx.AsyncClient) -> None:
    begun = await gateway.post(URL, params={"name": "a.csv"}, content=b"a", headers={"Upload-Complete": "?0"})
    assert (await gateway.delete(begun.headers["location"])).status_code == 204
    assert (await gateway.head(begun.headers["location"])).status_code == 404


async def test_a_digest_is_compared(gateway: httpx.AsyncClient) -> None:
    right = base64.b64encode(hashlib.sha256(CSV).digest()).decode()
    await upload(gateway, **{"Repr-Digest": f"sha-256=:{right}:"})
    wrong = base64.b64encode(bytes(32)).decode()
    for header, kind in ((f"sha-256=:{wrong}:", "upload-incomplete"), ("sha-256=:x:", "about:blank")):
        answer = await gateway.post(URL, params={"name": "a.csv"}, content=CSV, headers={"Repr-Digest": header})
        assert answer.status_code == 422
        assert answer.json()["type"].endswith(kind)


@pytest.mark.parametrize(
    "name", ["../a.csv", "a/b.csv", "..", ".hidden.csv", "a\x00.csv", "a\r\nb.csv", "a\\b.csv", "x" * 201 + ".csv", ""]
)
async def test_a_name_that_leads_elsewhere_is_refused(gateway: httpx.AsyncClient, name: str) -> None:
    answer = await gateway.post(URL, params={"name": name}, content=CSV)
    assert answer.status_code in {415, 422}
    assert answer.headers["content-type"] == "application/problem+json"


async def test_content_that_is_not_what_its_name_says_is_415(gateway: httpx.AsyncClient) -> None:
    for content, name in ((b"\x7fELF" + bytes(100), "run.exe"), (b"\x89PNG\r\n\x1a\n" + bytes(50), "a.csv")):
        answer = await gateway.post(URL, params={"name": name}, content=content)
        assert answer.status_code == 415, name


async def test_a_file_over_the_bound_is_413(
    serve: Callable[..., Awaitable[httpx.AsyncClient]], settings: GatewaySettings
) -> None:
    client = await serve(settings.model_copy(update={"gateway_max_upload_bytes": 1000}))

    async def body() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield CSV

    for content in (CSV * 20, body()):
        answer = await client.post(URL, params={"name": "a.csv"}, content=content)
        assert answer.status_code == 413
        assert answer.headers["upload-limit"] == "max-size=1000"


async def test_ranges_are_served(gateway: httpx.AsyncClient) -> None:
    stored = await upload(gateway)
    path = f"/assets/uploads/{stored['id']}/candles.csv"
    part = await gateway.get(path, headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.content) == (206, CSV[5:10])
    assert part.headers["content-range"] == f"bytes 5-9/{len(CSV)}"
    assert (await gateway.get(path, headers={"Range": "bytes=9999-"})).status_code == 416
    assert (await gateway.head(path)).headers["content-length"] == str(len(CSV))
    assert (await gateway.get(path, headers={"If-None-Match": f'"{stored["sha256"]}"'})).status_code == 304


@pytest.mark.parametrize("name", ["page.html", "drawing.svg"])
async def test_pages_and_drawings_do_not_run(gateway: httpx.AsyncClient, name: str) -> None:
    AssetStore.default().put(f"runs/{uuid4()}/{name}", b"<svg onload=alert(1) xmlns='http://www.w3.org/2000/svg'/>")
    path = next(iter(AssetStore.default().list("runs/"))).path
    served = await gateway.get(f"/assets/{path}")
    assert served.status_code == 200
    assert served.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in served.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "../../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/etc/passwd",
        "/etc/passwd",
        "uploads/../../api-keys.json",
        "uploads%00/x",
        ".records/x.json",
        "runs\\..\\x",
        "",
    ],
)
async def test_nothing_outside_of_the_store_is_served(
    live: Callable[..., Awaitable[httpx.AsyncClient]], settings: GatewaySettings, path: str
) -> None:
    from deployments.gateway.app import create_app

    client = await live(create_app(settings))
    request = client.build_request("GET", "/")
    request.url = request.url.copy_with(raw_path=b"/assets/" + path.encode())
    answer = await client.send(request)
    assert answer.status_code in {404, 422}, answer.text


async def test_files_are_their_owners_alone(keyed: Any) -> None:
    mine, other, admin = keyed.key("crypto"), keyed.key("crypto"), keyed.key("admin")
    stored = await upload(keyed.client, **mine)
    path = f"/assets/uploads/{stored['id']}/candles.csv"
    for where in (f"{URL}/{stored['id']}", path):
        answers = [await keyed.client.get(where, headers=who) for who in (mine, admin, other, {})]
        assert [answer.status_code for answer in answers] == [200, 200, 404, 401], where
    signed = httpx.URL(stored["url"])
    assert (await keyed.client.get(signed.raw_path.decode())).status_code == 200
    for query in ({"signature": "x" * 43}, {"expires": "9999999999"}, {"signature": "é"}, {"expires": "-1"}):
        forged = dict(signed.params) | query
        assert (await keyed.client.get(path, params=forged)).status_code == 401
    elsewhere = path.replace("candles", "candles2")
    assert (await keyed.client.get(elsewhere, params=dict(signed.params))).status_code in {401, 404}


async def test_a_request_names_its_owners_files_alone(
    keyed: Any, deploy: Callable[..., Awaitable[Any]], toys: Any
) -> None:
    deployed = await deploy(toys.count)
    mine, other = keyed.key("crypto"), keyed.key("crypto")
    stored = await upload(keyed.client, **mine)

    async def run(source: str, who: dict[str, str]) -> int:
        body = {"flow": deployed.name, "request": {"source": source}}
        return int((await keyed.client.post("/api/v1/runs", json=body, headers=who)).status_code)

    assert await run(stored["uri"], mine) == 202
    assert await run(stored["uri"], other) == 404
    assert await run(stored["uri"].replace("uploads", "upload%73"), other) == 404
    run_id = (await keyed.client.post("/api/v1/runs", json={"flow": deployed.name}, headers=mine)).json()["run_id"]
    assert await run(f"asset://runs/{run_id}/a.csv", mine) == 202
    assert await run(f"asset://runs/{run_id}/a.csv", other) == 404
    assert await run("asset://weights/a", mine) == 404
    for source in ("asset://uploads/../x", "asset:///etc/passwd", "asset://.records/x/y", "asset://"):
        assert await run(source, mine) == 422, source
