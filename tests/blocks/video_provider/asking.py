"""A block that asks the server on loopback, and an order."""

from typing import Any

from blocks.video_provider import (
    Finished,
    HostedClip,
    VideoProvider,
)
from tests.blocks.video_provider.runway_server import KEY, Runway


def provider(server: Runway, **settings: Any) -> VideoProvider:
    return VideoProvider(
        base_url=server.url,
        **{"api_key": KEY, "timeout": 5.0, "patience": 5.0, "poll_seconds": 0.01, "attempts": 2, **settings},
    )


def ask(**fields: Any) -> HostedClip:
    return HostedClip(**{"prompt": "a red cube turns", "model": "gen4.5", **fields})


def finished(server: Runway, **settings: Any) -> Finished:
    block = provider(server, **settings)
    found = block.wait(block.submit(ask()).task_id)
    assert isinstance(found, Finished)
    return found
