"""The client itself."""

import math
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, overload
from uuid import UUID, uuid4

from pydantic import BaseModel

from deployments.client.connection import PATIENCE, Connection
from deployments.client.errors import Refused, RunNotCompleted
from deployments.client.run import Asset, Run, RunEvent
from deployments.client.transfer import download, upload
from deployments.client.watch import Watch

Result = TypeVar("Result", bound=BaseModel)
Request = BaseModel | dict[str, Any]

MOST_WAIT = 60
"""Seconds that the gateway waits within one request at most."""


class Client(AbstractContextManager["Client"]):
    """Asks the gateway for runs and files.

    `url` defaults to AIFLOWS_URL, then to the local stack; `api_key` to AIFLOWS_API_KEY. A gateway that is away is
    waited for up to `patience` seconds. Every method raises `ClientError` (see `errors` for the tree).
    """

    def __init__(self, url: str | None = None, api_key: str | None = None, patience: float = PATIENCE) -> None:
        self._connection = Connection(url, api_key, patience)

    def submit(
        self,
        flow: str,
        request: Request | None = None,
        *,
        priority: str = "normal",
        idempotency_key: str | None = None,
        callback: str | None = None,
        wait: int = 0,
    ) -> Run:
        """Trigger a deployment by its name (`predict-price`), and wait up to `wait` seconds for its end (at most 60).

        Repeats are safe: the request carries an idempotency key, one of its own where none is given.
        """
        body: dict[str, Any] = {"flow": flow, "request": _plain(request), "priority": priority}
        if callback:
            body["callback"] = callback
        headers = {"Idempotency-Key": idempotency_key or str(uuid4())}
        if wait:
            headers["Prefer"] = f"wait={min(wait, MOST_WAIT)}"
        answer = self._connection.request("POST", "/api/v1/runs", json=body, headers=headers, repeatable=True)
        return Run.model_validate(answer.json())

    def run(self, run_id: UUID | str) -> Run:
        """A run's state and progress."""
        return Run.model_validate(self._json(f"/api/v1/runs/{run_id}"))

    def runs(
        self,
        *,
        state: str | None = None,
        capability: str | None = None,
        parent: UUID | str | None = None,
        since: datetime | None = None,
        limit: int = 50,
    ) -> list[Run]:
        """The newest runs (at most 100), filtered. `since` has a time zone."""
        given = {
            "state": state,
            "capability": capability,
            "parent": parent and str(parent),
            "since": since and since.isoformat(),
            "limit": limit,
        }
        params = {name: value for name, value in given.items() if value is not None}
        return [Run.model_validate(run) for run in self._json("/api/v1/runs", params)["runs"]]

    def wait(self, run_id: UUID | str, seconds: float) -> Run:
        """The run when it has ended, or as it stands after `seconds`."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            prefer = {"Prefer": f"wait={min(MOST_WAIT, math.ceil(left))}"}
            try:
                self._connection.request("GET", f"/api/v1/runs/{run_id}/result", headers=prefer)
            except RunNotCompleted as error:
                if error.type.endswith(":run-not-finished"):
                    continue
            except Refused as error:
                if not error.type.endswith(":no-result"):
                    raise
            break
        return self.run(run_id)

    def watch(self, run_id: UUID | str, *, logs: bool = False) -> Iterator[RunEvent]:
        """What happens to a run, as it happens, until it has ended; goes on by itself when the connection breaks."""
        return iter(Watch(self._connection, str(run_id), logs=logs))

    @overload
    def result(self, run_id: UUID | str) -> Any: ...
    @overload
    def result(self, run_id: UUID | str, kind: type[Result]) -> Result: ...
    def result(self, run_id: UUID | str, kind: type[Result] | None = None) -> Any:
        """What a run made: as plain JSON, or as `kind`. Raises `RunNotCompleted` when it made nothing."""
        made = self._json(f"/api/v1/runs/{run_id}/result")
        return made if kind is None else kind.model_validate(made)

    def logs(self, run_id: UUID | str) -> Iterator[dict[str, Any]]:
        """A run's log, the oldest line first."""
        offset: int | None = 0
        while offset is not None:
            page = self._json(f"/api/v1/runs/{run_id}/logs", {"offset": offset})
            yield from page["logs"]
            offset = page["next_offset"]

    def cancel(self, run_id: UUID | str) -> list[UUID]:
        """Cancel a run and what it started; the runs that were asked to stop."""
        answer = self._connection.request("POST", f"/api/v1/runs/{run_id}/cancel", repeatable=True)
        return [UUID(run) for run in answer.json()["cancelled"]]

    def flows(self) -> list[dict[str, Any]]:
        """What can be run, with the schema of each request."""
        found: list[dict[str, Any]] = self._json("/api/v1/flows")["flows"]
        return found

    def upload(self, file: Path, name: str | None = None) -> Asset:
        """Store a file so that requests can name it by its `uri`; goes on where it was when the connection breaks."""
        return upload(self._connection, file, name or file.name)

    def download(self, asset: Asset | dict[str, Any], folder: Path) -> Path:
        """Fetch a result's asset into a folder and check its digest; goes on with a partial file."""
        return download(self._connection, asset if isinstance(asset, Asset) else Asset.model_validate(asset), folder)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _json(self, path: str, params: dict[str, Any] | None = None) -> Any:
        return self._connection.request("GET", path, params=params).json()


def _plain(request: Request | None) -> dict[str, Any]:
    return request.model_dump(mode="json", exclude_unset=True) if isinstance(request, BaseModel) else request or {}
