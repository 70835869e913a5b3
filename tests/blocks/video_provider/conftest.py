"""A server on loopback that speaks Runway's API, for each test."""

from collections.abc import Iterator

import pytest

from tests.blocks.video_provider.runway_server import Runway


@pytest.fixture
def runway() -> Iterator[Runway]:
    with Runway() as server:
        yield server


@pytest.fixture(autouse=True)
def no_key_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RUNWAYML_API_SECRET", "RUNWAYML_BASE_URL", "RUNWAYML_CUSTOM_HEADERS"):
        monkeypatch.delenv(name, raising=False)
