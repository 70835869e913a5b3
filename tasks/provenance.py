"""Where a result comes from: enough to make it again."""

import hashlib
import os
import subprocess
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class Provenance(BaseModel):
    """What a result was made from."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    code_version: str = Field(description="Release and commit of the code.", examples=["0.1.0+3f2a91c"])
    request_sha256: str = Field(description="Digest of the request's canonical JSON.")
    seed: int | None = Field(None, description="Seed of what was drawn at random; null where nothing was.")
    model: str = Field(description="Name of the model.")
    model_version: str = Field(description="Version of the model.")
    weights_sha256: str | None = Field(None, description="Digest of the model's weights; null for models without.")
    data_source: str = Field(description="Where the data came from.", examples=["binance"])
    data_window: str | None = Field(None, description="First and last time of the data, ISO 8601 interval.")
    data_sha256: str = Field(description="Digest of the data.")


def request_digest(request: BaseModel) -> str:
    """SHA-256 of a request's JSON, the same for equal requests (fields in the order of their definition)."""
    return hashlib.sha256(request.model_dump_json().encode()).hexdigest()


@lru_cache(maxsize=1)
def code_version() -> str:
    """Release and commit, as in `0.1.0+3f2a91c`; an image carries its commit in `CODE_VERSION`.

    `.dirty` is added when the checkout differs from its commit; without git the release alone is given.
    """
    if named := os.environ.get("CODE_VERSION"):
        return named
    release = version("ai-orchestration")
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty=.dirty", "--exclude=*"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    commit = described.stdout.strip()
    return f"{release}+{commit}" if commit else release
