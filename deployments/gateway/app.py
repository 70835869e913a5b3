"""The gateway as a FastAPI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi_swagger import patch_fastapi

from deployments.gateway import problems
from deployments.gateway.api_keys import ApiKeys
from deployments.gateway.authentication import Authentication
from deployments.gateway.body_limit import BodyLimit
from deployments.gateway.deps import KEY_SCHEMES
from deployments.gateway.metrics import Metrics, Observation
from deployments.gateway.rate_limit import RateLimiter
from deployments.gateway.routes import (
    alert_webhooks,
    alerts,
    approvals,
    assets,
    crypto,
    factory,
    files,
    flows,
    fraud,
    fraud_lists,
    health,
    image,
    network,
    orchestrate,
    portfolio,
    runs,
    schedules,
    sentiment,
    trading,
    video,
)
from deployments.gateway.services import Services
from deployments.gateway.settings import GatewaySettings


class GatewayOpenError(RuntimeError):
    """The gateway does not start like this; the message says what to do."""


def create_app(settings: GatewaySettings | None = None) -> FastAPI:
    """The gateway, ready to be served. `settings` default to the environment's.

    Raises:
        GatewayOpenError: other machines could reach it and no API key is configured.
    """
    settings = settings or GatewaySettings()
    keys = ApiKeys(settings.api_keys_file)
    refuse_open_gateway(settings, keys)
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with Services.open(settings, keys, metrics) as services:
            app.state.services = services
            yield

    app = FastAPI(
        title="AI orchestration gateway",
        version=version("ai-orchestration"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
    )
    patch_fastapi(app)  # /docs out of a package, as FastAPI's own loads its scripts from another host
    problems.install(app)
    for routes in (health,):
        app.include_router(routes.router)
    app.include_router(files.router)
    for routes in (
        crypto,
        sentiment,
        portfolio,
        alert_webhooks,  # before `alerts`, whose ids would stand in its place
        alerts,
        fraud,
        fraud_lists,
        image,
        video,
        network,
        trading,
        factory,
        orchestrate,
        flows,
        runs,
        approvals,
        assets,
        schedules,
    ):
        app.include_router(routes.router, dependencies=KEY_SCHEMES)
    app.add_middleware(
        BodyLimit, max_bytes=settings.gateway_max_body_bytes, exceptions={image.RECALL: image.MAX_PICTURE_BYTES}
    )
    app.add_middleware(
        Authentication,
        settings=settings,
        keys=keys,
        limiter=RateLimiter(settings.gateway_rate_limit, settings.gateway_rate_limit_storage),
    )
    if settings.gateway_cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.gateway_cors_origins,
            allow_methods=["GET", "POST", "PATCH", "HEAD", "DELETE"],
            allow_headers=["*"],
            expose_headers=["Location", "Retry-After", "RateLimit", "Upload-Offset", "Preference-Applied"],
        )
    app.add_middleware(Observation, metrics=metrics)
    return app


def refuse_open_gateway(settings: GatewaySettings, keys: ApiKeys) -> None:
    """Refuse to serve other machines without keys.

    Raises:
        GatewayOpenError: no key is configured and the address is not loopback.
    """
    if keys.are_required or settings.is_on_loopback:
        return
    raise GatewayOpenError(
        f"The gateway would listen on {settings.gateway_host} without API keys. Make one with "
        "`python -m deployments.gateway.api_keys create --name … --scope …`, or set GATEWAY_HOST=127.0.0.1."
    )
