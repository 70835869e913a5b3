"""What the environment says: folders, ports and addresses, one class for all processes of a stack."""

import os
from functools import cached_property, lru_cache
from pathlib import Path

from pydantic import AnyHttpUrl, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings read from the environment, then from a `.env` file in the working directory.

    Every field has a default that works on a laptop. Two stacks run side by side when `DATA_DIR`, `GATEWAY_PORT` and
    `PREFECT_SERVER_API_PORT` differ.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    data_dir: Path = Field(Path("var"), description="Where a local stack keeps its database, assets, results and logs.")
    gateway_host: str = Field("127.0.0.1", description="Address the gateway listens on.")
    gateway_port: int = Field(8000, ge=1, le=65535, description="Port of the HTTP gateway.")
    prefect_server_api_port: int = Field(
        4200, ge=1, le=65535, description="Port of the local Prefect server and its UI."
    )
    database_url: SecretStr | None = Field(
        None,
        description="PostgreSQL for the stack (postgresql://user:password@host/database). Unset: an embedded one.",
    )
    payment_store_url: SecretStr | None = Field(
        None,
        description="PostgreSQL or SQLite of the real-time scorer. Unset: the warehouse where that is one, else the "
        "SQLite file warehouse.db in the data folder.",
    )
    scorer_url: AnyHttpUrl | None = Field(
        None,
        description="Address of a real-time scorer on another host (http://host:port). Unset: the unix socket "
        "scorer.sock in the data folder.",
    )
    fraud_rules: Path | None = Field(
        None,
        description="JSON file of rules that decide on payments beside the model. Unset: those that come with the code "
        "(models/fraud/rules/default.json).",
    )
    public_url: AnyHttpUrl | None = Field(
        None, description="Address under which people reach the gateway. Unset: http://127.0.0.1:GATEWAY_PORT."
    )

    @cached_property
    def home(self) -> Path:
        """The data folder as an absolute path."""
        return self.data_dir.expanduser().resolve()

    @property
    def gateway_url(self) -> str:
        """Public address of the gateway, without a trailing slash."""
        return str(self.public_url or f"http://127.0.0.1:{self.gateway_port}").rstrip("/")

    @property
    def prefect_api_url(self) -> str:
        """Address of the Prefect API: `PREFECT_API_URL` where it is set, the local server otherwise."""
        return os.environ.get("PREFECT_API_URL") or f"http://127.0.0.1:{self.prefect_server_api_port}/api"


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process. Tests call `get_settings.cache_clear()` after changing the environment."""
    return Settings()
