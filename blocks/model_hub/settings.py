"""Where weights come from and where they lie, from the environment."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from blocks.settings import get_settings


class ModelHubSettings(BaseSettings):
    """`MODEL_HUB_ENDPOINT`, `MODEL_HUB_FOLDER`, `MODEL_HUB_TOKEN` and limits.

    Ports, private networks and certificate authorities are those of sources (`SOURCE_PORTS`, `SOURCE_NETWORKS`,
    `SOURCE_CA_FILE`).
    """

    model_config = SettingsConfigDict(
        env_prefix="MODEL_HUB_", env_file=".env", extra="ignore", frozen=True, protected_namespaces=()
    )

    endpoint: str = Field(
        "https://huggingface.co", pattern=r"^https://[^/@]+/?$", description="A hub that speaks Hugging Face's API."
    )
    folder: Path | None = Field(None, description="Where weights lie. Unset: the folder weights in the data folder.")
    token: SecretStr | None = Field(None, description="Sent to the endpoint only, never to where it redirects.")
    max_bytes: int = Field(60_000_000_000, gt=0, description="Most bytes that one request may bring.")
    reserve_bytes: int = Field(2_000_000_000, ge=0, description="What stays free on the disk.")
    attempts: int = Field(4, ge=1, le=20, description="How often a cut connection is taken up again.")
    seconds: float = Field(6 * 3600, gt=0, description="Longest time for one file, in seconds.")

    @property
    def home(self) -> Path:
        """The folder of the weights as an absolute path."""
        return (self.folder.expanduser() if self.folder else get_settings().home / "weights").resolve()
