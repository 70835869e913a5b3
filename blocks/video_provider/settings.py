"""The provider's key from the environment, for who saves no block."""

from pydantic import AnyHttpUrl, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class RunwaySettings(BaseSettings):
    """`RUNWAYML_API_SECRET` and `RUNWAYML_BASE_URL`, as Runway's own client has them; environment or `.env` file."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True)

    runwayml_api_secret: SecretStr | None = None
    runwayml_base_url: AnyHttpUrl | None = None
