"""Credentials of feeds from the environment, for who saves no block."""

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class SocialSettings(BaseSettings):
    """`X_BEARER_TOKEN`, `REDDIT_CLIENT_ID` and `REDDIT_CLIENT_SECRET`, from the environment or a `.env` file."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    x_bearer_token: SecretStr | None = None
    reddit_client_id: SecretStr | None = None
    reddit_client_secret: SecretStr | None = None
