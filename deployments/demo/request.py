"""What the demo asks for: one orchestration with a task for each capability."""

from typing import Any

from models.fraud.simulator import example_batch


def demo_request() -> dict[str, Any]:
    """Body of `POST /api/v1/orchestrate`: a forecast of Bitcoin, 40 payments with one fraud, pictures, a video,
    an application."""
    return {
        "tasks": [
            {
                "id": "forecast",
                "type": "crypto_prediction",
                "params": {"symbol": "BTC", "timeframe": "1h", "prediction_horizon": 24},
            },
            {"id": "fraud", "type": "fraud_detection", "params": {"transactions": example_batch(seed=7)}},
            {
                "id": "pictures",
                "type": "image_generation",
                "params": {
                    "prompt": "three glowing orange balls on a gray floor",
                    "resolution": "512x512",
                    "count": 2,
                    "seed": 7,
                    "model": "embedded",
                },
            },
            {
                "id": "city",
                "type": "image_generation",
                "params": {
                    "prompt": "A futuristic city",
                    "style": "realistic",
                    "resolution": "512x512",
                    "hdr": True,
                    "pbr": True,
                    "seed": 7,
                    "model": "stable-diffusion",
                },
            },
            {
                "id": "flight",
                "type": "video_generation",
                "params": {
                    "prompt": "a glowing red ball, a blue cube and a golden torus at sunset",
                    "duration": 1.5,
                    "fps": 12,
                    "resolution": "480x270",
                    "use_nerf": True,
                    "style": "cinematic",
                    "seed": 7,
                    "steps": 300,
                },
            },
            {
                "id": "application",
                "type": "application_factory",
                "params": {
                    "description": "An app for our reading group with FastAPI. Each book has a title, an author and a "
                    "year. Each review belongs to a book and has a text, a rating and a date."
                },
            },
        ],
        "priority": "high",
    }
