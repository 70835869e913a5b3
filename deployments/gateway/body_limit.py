"""The bound of JSON bodies, counted as they arrive."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments.gateway.problems import Problem

UPLOADS = "/api/v1/assets"


class BodyLimit:
    """Answers 413 to a body over `max_bytes` without ever holding more than that; uploads have a bound of their own.

    `exceptions` gives other bounds to single paths.
    """

    def __init__(self, app: ASGIApp, max_bytes: int, exceptions: Mapping[str, int] | None = None) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.exceptions = exceptions or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body up to the bound, then hand the request on."""
        if scope["type"] != "http" or scope["path"] == UPLOADS or scope["path"].startswith(f"{UPLOADS}/"):
            await self.app(scope, receive, send)
            return
        try:
            body = await self._read(scope, receive)
        except Problem as problem:
            await problem.response()(scope, receive, send)
            return
        if body is not None:
            await self.app(scope, _replay(body, receive), send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        """The body; None when the client went away."""
        most = self.exceptions.get(scope["path"], self.max_bytes)
        headers = dict(scope["headers"])
        declared = headers.get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > most:
            raise _too_large(most)
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            if len(body) > most:
                raise _too_large(most)
            if not message.get("more_body", False):
                return bytes(body)


def _too_large(most: int) -> Problem:
    return Problem(
        413,
        f"The body is over {most // 1024} KiB. Upload large inputs (POST {UPLOADS}), use their uri.",
        kind="body-too-large",
        headers={"Connection": "close"},
        extra={"max_bytes": most},
    )


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replayed() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
