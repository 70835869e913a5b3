"""Errors: problem documents that say what is wrong, and never a 500 for bad input."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.gateway

Deploy = Callable[..., Awaitable[Any]]
JSON = {"Content-Type": "application/json"}


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document = dict(answer.json())
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]
    return document


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/api/v1/generate/music",
        "/api/v1/factory/nothing",
        "/api/v1/crypto/sentiment/BTC",
        "/api/v1/runs/5f2b7c1e-0000-4000-8000-000000000000",
        "/api/v1/runs/5f2b7c1e-0000-4000-8000-000000000000/result",
    ],
)
async def test_what_is_not_there_is_404(gateway: httpx.AsyncClient, path: str) -> None:
    problem(await gateway.get(path), 404)


async def test_a_wrong_method_is_405(gateway: httpx.AsyncClient) -> None:
    answer = await gateway.delete("/api/v1/runs")
    problem(answer, 405)
    assert "POST" in answer.headers["allow"]


async def test_a_field_that_is_wrong_is_named_with_its_bound(
    gateway: httpx.AsyncClient, deploy: Deploy, toys: Any
) -> None:
    deployed = await deploy(toys.count)
    answer = await gateway.post("/api/v1/runs", json={"flow": deployed.name, "request": {"upto": 11, "more": 1}})
    document = problem(answer, 422)
    pointers = {error["pointer"]: error for error in document["errors"]}
    assert pointers["/request/upto"]["bounds"] == {"maximum": 10}
    assert "more" in answer.text


async def test_a_body_field_that_is_wrong_is_named_with_its_bound(gateway: httpx.AsyncClient) -> None:
    answer = await gateway.post(
        "/api/v1/crypto/predict", json={"symbol": "BTC", "prediction_horizon": 0, "priority": "now", "other": 1}
    )
    pointers = {error["pointer"]: error for error in problem(answer, 422)["errors"]}
    assert set(pointers) == {"/prediction_horizon", "/priority", "/other"}
    assert pointers["/prediction_horizon"]["bounds"] == {"ge": 1}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "required"),
        (b"{", "not JSON"),
        (b"[]", "valid dictionary"),
        (b'{"flow": "x", "request": {"upto": NaN}}', "NaN"),
        (b'{"flow": "x", "request": {"upto": Infinity}}', "Infinity"),
        (b'{"flow": "x", "request": {"upto": 1e400}}', "out of range"),
        (b'{"flow": "x", "request": {"upto": 123456789012345678901234567890}}', "out of range"),
        (b'{"flow": "x", "request": {"upto": ' + b"9" * 5000 + b"}}", "out of range"),
        (b'{"flow": "x", "request": {"a": "\\u0000"}}', "NUL"),
        (b'{"flow": "x", "request": {"a": "\\ud800"}}', "surrogate"),
        (b'{"flow": "x", "request": {"\\ud800": 1}}', "surrogate"),
        (b'{"flow": "\xff"}', "UTF-8"),
        (b'{"flow": "x", "request": {"upto": 1, "upto": 2}}', "stands twice"),
        (b'{"flow": "x", "request": ' + b'{"a":' * 5000 + b"1" + b"}" * 5001, "nested"),
        (b"[" * 100_000, "nested"),
        (b'{"flow": "x", "request": ' + b'{"a":' * 40 + b"1" + b"}" * 41, "nested"),
        (
            b'{"flow": "x", "request": {"upto": {"__prefect_kind": "workspace_variable", "variable_name": "s"}}}',
            "reserved",
        ),
        (b'{"flow": "x", "request": {"upto": {"$ref": {"block_document_slug": "secret/mine"}}}}', "reserved"),
    ],
)
async def test_hostile_json_is_422(gateway: httpx.AsyncClient, body: bytes, said: str) -> None:
    answer = await gateway.post("/api/v1/runs", content=body, headers=JSON)
    assert said in str(problem(answer, 422))


@pytest.mark.parametrize("route", ["crypto/predict", "fraud/analyze", "orchestrate", "runs", "schedules"])
async def test_no_route_lets_a_saved_block_into_a_run(gateway: httpx.AsyncClient, route: str) -> None:
    body = {"transaction": {"memo": [{"$ref": {"block_document_slug": "secret/mine"}}]}}
    answer = await gateway.post(f"/api/v1/{route}", json=body)
    assert problem(answer, 422)["errors"][0] == {
        "pointer": "/transaction/memo/0",
        "detail": '$ref is reserved; another task\'s result is {"$from": "/tasks/TASK_ID/result/FIELD"}',
        "bounds": {},
    }


async def test_a_body_that_is_not_sent_as_json_is_refused(gateway: httpx.AsyncClient) -> None:
    answer = await gateway.post("/api/v1/runs", content=b'{"flow": "x"}', headers={"Content-Type": "text/plain"})
    problem(answer, 422)


async def test_too_large_a_body_is_413_by_its_declared_length(gateway: httpx.AsyncClient) -> None:
    answer = await gateway.post("/api/v1/runs", content=b" " * 10_000_000, headers=JSON)
    assert problem(answer, 413)["max_bytes"] == 256 * 1024


async def test_too_large_a_body_is_413_without_a_declared_length(gateway: httpx.AsyncClient) -> None:
    sent = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 10_000
            yield b" " * 10_000

    problem(await gateway.post("/api/v1/runs", content=body(), headers=JSON), 413)
    assert sent <= 400_000


async def test_a_body_within_the_bound_arrives(gateway: httpx.AsyncClient) -> None:
    body = b'{"flow": "none-such", "request": {"a": "' + b"x" * (256 * 1024 - 60) + b'"}}'
    problem(await gateway.post("/api/v1/runs", content=body, headers=JSON), 404)


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "\x00", "é\u202e", "x" * 3000])
async def test_hostile_header_values_are_not_echoed(gateway: httpx.AsyncClient, value: str) -> None:
    answer = await gateway.get("/api/v1/runs", params={"capability": value})
    problem(answer, 422)
    assert "x-evil" not in answer.headers


@pytest.mark.parametrize("query", ["limit=0", "limit=1000", "offset=-1", "state=Done", "since=yesterday", "what=1"])
async def test_a_query_that_is_wrong_is_named(gateway: httpx.AsyncClient, query: str) -> None:
    document = problem(await gateway.get(f"/api/v1/runs?{query}"), 422)
    assert document["errors"][0]["pointer"] == f"?{query.partition('=')[0]}"
