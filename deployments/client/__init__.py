"""A typed client of the HTTP API: `Client().submit("predict-price", {"symbol": "BTC"})`."""

from deployments.client.client import Client
from deployments.client.errors import ApiError, ClientError, GatewayAway, Refused, RunNotCompleted, TransferError
from deployments.client.run import Asset, Run, RunEvent

__all__ = [
    "ApiError",
    "Asset",
    "Client",
    "ClientError",
    "GatewayAway",
    "Refused",
    "Run",
    "RunEvent",
    "RunNotCompleted",
    "TransferError",
]
