"""Whether real orders may be placed, from the environment."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class TradingSettings(BaseSettings):
    """`ALLOW_LIVE_TRADING` and `LIVE_TRADING_SANDBOX`; both off."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    allow_live_trading: bool = Field(False, description="Whether approved orders may be placed at a real exchange.")
    live_trading_sandbox: bool = Field(
        False, description="Place live orders at the exchange's test network, where ccxt knows one."
    )
