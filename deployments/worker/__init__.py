"""The warm worker: a Prefect worker type whose processes stay alive with flows imported."""

from deployments.worker.warm import WarmWorker

__all__ = ["WarmWorker"]
