"""What the demo asks for: one orchestration with a task for each capability."""

from typing import Any

from models.fraud.simulator import example_batch


def demo_request() -> dict[str, Any]:
    """Body of `POST /api/v1/orchestrate`: a forecast of Bitcoin and 40 payments with one planted fraud."""
    return {
        "tasks": [
            {
                "id": "forecast",
                "type": "crypto_prediction",
                "params": {"symbol": "BTC", "timeframe": "1h", "prediction_horizon": 24},
            },
            {"id": "fraud", "type": "fraud_detection", "params": {"transactions": example_batch(seed=7)}},
        ],
        "priority": "high",
    }
