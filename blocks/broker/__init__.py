"""Carrying out orders: on paper, in an account that the warehouse keeps, or at a real exchange through ccxt."""

from blocks.broker.errors import BrokerError, BrokerUnavailable, LiveTradingRefused
from blocks.broker.paper import PaperAccount, PaperAccounts
from blocks.broker.settings import TradingSettings

__all__ = [
    "BrokerError",
    "BrokerUnavailable",
    "LiveTradingRefused",
    "PaperAccount",
    "PaperAccounts",
    "TradingSettings",
]
