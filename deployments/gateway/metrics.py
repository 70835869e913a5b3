"""What the gateway tells Prometheus."""

import logging
import time
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments.gateway.overview import Overview

access = logging.getLogger("gateway.access")

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
UNMATCHED = "(none)"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Those that are counted by name: a caller may write any word, and each would stay in memory."""


class Metrics:
    """Latency of requests by route, and what the latest overview counted."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._latency = Histogram(
            "gateway_request_seconds",
            "Time from a request to the first byte of its answer; its count with status 5xx is the errors.",
            ["method", "route", "status"],
            buckets=BUCKETS,
            registry=self._registry,
        )

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._latency.labels(method, route, str(status)).observe(seconds)

    def text(self, overview: Overview | None) -> bytes:
        """Everything in Prometheus's text format; without an overview, that Prefect is away."""
        behind = CollectorRegistry()
        behind.register(_Behind(overview))
        return generate_latest(self._registry) + generate_latest(behind)


class _Behind:
    """The overview as gauges."""

    def __init__(self, overview: Overview | None) -> None:
        self._overview = overview

    def collect(self) -> Iterable[Metric]:
        up = GaugeMetricFamily("gateway_prefect_up", "Whether Prefect's API answers.")
        up.add_metric([], 0 if self._overview is None else 1)
        yield up
        if self._overview is None:
            return
        runs = GaugeMetricFamily("aiflows_runs", "Runs of the last 24 hours.", labels=["capability", "state"])
        for capability, states in self._overview.runs.items():
            for state, count in states.items():
                runs.add_metric([capability, state], count)
        depth = GaugeMetricFamily("aiflows_queue_depth", "Runs that wait in a queue.", labels=["pool", "queue"])
        age = GaugeMetricFamily(
            "aiflows_worker_heartbeat_age_seconds", "Time since a worker was heard of.", labels=["pool", "worker"]
        )
        for pool in self._overview.pools:
            for queue in pool.queues:
                depth.add_metric([pool.name, queue.name], queue.depth)
            for worker in pool.workers:
                if worker.heartbeat_age is not None:
                    age.add_metric([pool.name, worker.name], worker.heartbeat_age)
        yield from (runs, depth, age)


class Observation:
    """Measures and logs every request. Queries are not logged: signatures and other secrets stand in them."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on and note how it was answered."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.monotonic()
        status = 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._note(scope, status, time.monotonic() - started)
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except Exception:
            if not status:
                self._note(scope, 500, time.monotonic() - started)
            raise

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", UNMATCHED)
        caller = scope.get("state", {}).get("caller")
        self.metrics.observe(scope["method"] if scope["method"] in METHODS else "(other)", route, status, seconds)
        access.info(
            "%s %s %d %.0f ms %s",
            scope["method"],
            scope["path"].encode("unicode_escape").decode("ascii"),
            status,
            seconds * 1000,
            caller.owner if caller else "-",
        )
