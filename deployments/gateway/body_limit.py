"""The bound of JSON bodies, counted as they arrive."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments.gateway.problems import Problem

UPLOADS = "/api/v1/assets"


class BodyLimit:
    """Answers 413 to a body over `max_bytes` without ever holding more than that; uploads have a bound of their own."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self.app = app
        self.max_bytes = max_bytes

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
        headers = dict(scope["headers"])
        declared = headers.get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self.max_bytes:
            raise self._too_large()
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            if len(body) > self.max_bytes:
                raise self._too_large()
            if not message.get("more_body", False):
                return bytes(body)

    def _too_large(self) -> Problem:
        return Problem(
            413,
            f"The body is over {self.max_bytes // 1024} KiB. Upload large inputs (POST {UPLOADS}), use their uri.",
            kind="body-too-large",
            headers={"Connection": "close"},
            extra={"max_bytes": self.max_bytes},
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
