"""What the environment says about the gateway."""

import ipaddress
from pathlib import Path

from pydantic import Field, SecretStr

from blocks.settings import Settings

KIB = 1024
GIB = 1024**3


class GatewaySettings(Settings):
    """Settings of the gateway: those of every process and its own, each from the variable of the same name."""

    gateway_api_keys_file: Path | None = Field(
        None, description="JSON file of hashed API keys. Unset: <DATA_DIR>/api-keys.json."
    )
    gateway_rate_limit: str = Field("600/minute", description="Requests a key may make, as `<count>/<period>`.")
    gateway_rate_limit_storage: SecretStr = Field(
        SecretStr("memory://"), description="Where requests are counted: memory:// or redis://host:port/0."
    )
    gateway_prefect_budget: float = Field(
        20.0, gt=0, le=120, description="Seconds within which Prefect's passing refusals are retried in a request."
    )
    gateway_max_body_bytes: int = Field(256 * KIB, ge=KIB, description="Bound of a JSON body, in bytes.")
    gateway_max_upload_bytes: int = Field(4 * GIB, ge=1, description="Bound of an uploaded file, in bytes.")
    gateway_callback_secret: SecretStr | None = Field(
        None, description="Key that callback secrets derive from. Unset: <DATA_DIR>/callback-secret, made once."
    )
    gateway_callback_insecure: bool = Field(
        False, description="Allow http callbacks and private addresses. For tests and closed networks alone."
    )
    gateway_cors_origins: list[str] = Field([], description="Web origins that may call the gateway from a browser.")
    gateway_drain_seconds: int = Field(10, ge=0, description="Seconds that open requests get to finish on SIGTERM.")

    @property
    def api_keys_file(self) -> Path:
        """The file of hashed API keys, which need not exist."""
        return (self.gateway_api_keys_file or self.home / "api-keys.json").expanduser()

    @property
    def is_on_loopback(self) -> bool:
        """Whether only this machine can reach the gateway."""
        try:
            return ipaddress.ip_address(self.gateway_host.strip("[]")).is_loopback
        except ValueError:
            return self.gateway_host == "localhost"

    @property
    def prefect_ui_url(self) -> str:
        """Address of the Prefect UI, without a trailing slash."""
        return self.prefect_api_url.rstrip("/").removesuffix("/api")
