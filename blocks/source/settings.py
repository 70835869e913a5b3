"""Which sources are open to requests, from the environment."""

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class SourceSettings(BaseSettings):
    """`SOURCE_BUCKETS`, `SOURCE_NETWORKS`, `SOURCE_PORTS`, `SOURCE_CA_FILE`, `SOURCE_SECONDS`; lists by commas."""

    model_config = SettingsConfigDict(env_prefix="SOURCE_", env_file=".env", extra="ignore", frozen=True)

    buckets: Annotated[frozenset[str], NoDecode] = Field(
        frozenset(), description="Cloud Storage buckets that gs:// uris may name, beside the asset store's own."
    )
    networks: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        (), description="Private networks that https:// uris may reach all the same (CIDR). Public ones always."
    )
    ports: Annotated[frozenset[int], NoDecode] = Field(
        frozenset({443}), description="Ports that https:// uris may name."
    )
    ca_file: Path | None = Field(None, description="PEM file of further certificate authorities, for private hosts.")
    seconds: float = Field(120, gt=0, description="Longest time that fetching one source may take, in seconds.")

    @field_validator("buckets", "networks", "ports", mode="before")
    @classmethod
    def _by_commas(cls, value: object) -> object:
        return [item.strip() for item in value.split(",") if item.strip()] if isinstance(value, str) else value
