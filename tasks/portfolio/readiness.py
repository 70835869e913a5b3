"""Whether orders could be carried out at all, asked before anything is worked out."""

from blocks.exchange import Exchange
from tasks.portfolio.approval import require_approvable
from tasks.portfolio.held import Execute


def require_executable(execute: Execute, exchange: str) -> None:
    """Raise `NotDeployed` or `LiveTradingRefused` when approved orders could not be carried out."""
    if execute == "no":
        return
    require_approvable()
    if execute == "live":
        from blocks.broker.live import require_live  # noqa: PLC0415 - ccxt takes half a second to import

        require_live(Exchange.default(exchange))
