"""The coin that a name means."""

from typing import Final

PAIRED: Final = ("USDT", "USDC", "USD", "EUR")


def coin(name: str) -> str:
    """BTC of BTC, BTC/USDT, BTC-USD or BTCUSDT."""
    base = name.upper().partition("/")[0].partition("-")[0]
    quote = next((quote for quote in PAIRED if base.endswith(quote) and base != quote), "")
    return base.removesuffix(quote) if quote else base
