"""Weights brought by the hub; a hub that is away is asked again, a refusal is final."""

from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from blocks.model_hub import Brought, ModelHub, WeightsUnavailable
from blocks.source import SourceUnavailable
from tasks.model_fetch.progress import FetchProgress


async def _passing(task: Any, run: Any, state: Any) -> bool:  # noqa: ARG001 - Prefect calls it with these
    try:
        await state.aresult()
    except (WeightsUnavailable, SourceUnavailable):
        return True
    except Exception:  # noqa: BLE001 - whatever else went wrong goes wrong again
        return False
    return False


@task(name="fetch-weights", retries=2, retry_delay_seconds=[10, 60], retry_condition_fn=_passing, cache_policy=NO_CACHE)
def fetch_repository(repository: str, revision: str, include: tuple[str, ...], licence: str, digest: str) -> Brought:
    """A repository's safetensors and configurations. Raises `ModelHubError`."""
    hub = ModelHub()
    offer = hub.offer(repository, revision, include)
    return hub.bring(offer, licence, digest, FetchProgress(offer.bytes))


@task(name="fetch-file", retries=2, retry_delay_seconds=[10, 60], retry_condition_fn=_passing, cache_policy=NO_CACHE)
def fetch_file(uri: str, digest: str, most: int) -> Brought:
    """One safetensors file. Raises `ModelHubError`."""
    return ModelHub().bring_file(uri, digest, most, FetchProgress(most))
