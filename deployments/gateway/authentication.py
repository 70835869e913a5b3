"""Who sends a request, settled before its body is read."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments.gateway.api_keys import LOCAL, ApiKeys, Caller
from deployments.gateway.problems import Problem
from deployments.gateway.rate_limit import RateLimit, RateLimiter
from deployments.gateway.settings import GatewaySettings

OPEN_PATHS = frozenset(
    {"/", "/health", "/ready", "/metrics", "/docs", "/openapi.json"}
    | {f"/swagger/{file}" for file in ("swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png")}
)
SIGNED_PATHS = "/assets/"
"""Files may also be had with a signature in their address: their route decides."""

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


class Authentication:
    """Puts the `Caller` into the request's state, or answers 401, 403 or 429."""

    def __init__(self, app: ASGIApp, settings: GatewaySettings, keys: ApiKeys, limiter: RateLimiter) -> None:
        self.app = app
        self.keys = keys
        self.limiter = limiter
        hosts = {_hostname(address) for address in (settings.gateway_url, *settings.gateway_cors_origins)}
        self.own_hosts = LOOPBACK_HOSTS | {settings.gateway_host} | {host for host in hosts if host}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through with its caller."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            caller, left = await self._admit(scope["path"], headers)
        except Problem as problem:
            await problem.response()(scope, receive, send)
            return
        scope.setdefault("state", {})["caller"] = caller
        await self.app(scope, receive, _with_headers(send, left) if left else send)

    async def _admit(self, path: str, headers: Headers) -> tuple[Caller | None, RateLimit | None]:
        if not self.keys.are_required:
            self._refuse_other_sites(headers)
            return LOCAL, None
        token = _token(headers)
        if token is None:
            if path in OPEN_PATHS or path.startswith(SIGNED_PATHS):
                return None, None
            raise _unauthorized("This address needs an API key: `Authorization: Bearer <key>` or `X-API-Key: <key>`.")
        caller = self.keys.caller(token)
        if caller is None:
            raise _unauthorized("This API key is not known.")
        return caller, await self.limiter.take(caller.owner)

    def _refuse_other_sites(self, headers: Headers) -> None:
        """Without keys, a web page elsewhere must not reach the gateway through its visitor's browser.

        Neither by a name that resolves to this machine (DNS rebinding), nor by a form or script of another origin.
        """
        host = _hostname(f"//{headers.get('host', '')}")
        if host not in self.own_hosts:
            raise Problem(403, f"While no API key is configured the gateway serves this machine alone, not {host!r}.")
        origin = headers.get("origin")
        if origin is not None and _hostname(origin) not in self.own_hosts:
            raise Problem(403, "While no API key is configured the gateway takes no requests from other web sites.")


def _hostname(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _token(headers: Headers) -> str | None:
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and credentials.strip():
        return credentials.strip()
    return headers.get("x-api-key") or None


def _unauthorized(detail: str) -> Problem:
    return Problem(401, detail, kind="api-key", headers={"WWW-Authenticate": 'Bearer realm="aiflows"'})


def _with_headers(send: Send, left: RateLimit) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(left.headers)
        await send(message)

    return sending
