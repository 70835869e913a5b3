"""The block itself: its key, its check, its import."""

import json
import logging
import subprocess
import sys

import httpx
import pytest

from blocks.saved_block import forget_remembered_blocks
from blocks.video_provider import (
    AnswerUnreadable,
    NoKey,
    ProviderRefused,
    VideoProvider,
)
from tests.blocks.video_provider.asking import ask, provider
from tests.blocks.video_provider.runway_server import KEY, Runway, Trouble

pytestmark = [pytest.mark.blocks, pytest.mark.video]


def test_without_a_key_it_says_what_to_set(runway: Runway, monkeypatch: pytest.MonkeyPatch) -> None:
    for key in (None, "", "  "):
        block = provider(runway, api_key=key)
        assert not block.configured
        for call in (lambda b=block: b.submit(ask()), lambda b=block: b.require(ask()), block.check):
            with pytest.raises(NoKey, match="set RUNWAYML_API_SECRET, or save a Video provider block"):
                call()
    with pytest.raises(ProviderRefused, match="characters that no key has"):
        provider(runway, api_key="key_…").submit(ask())
    with pytest.raises(ProviderRefused, match="must not go over plain http"):
        VideoProvider(api_key=KEY, base_url="http://runway.example").submit(ask())
    monkeypatch.setenv("RUNWAYML_API_SECRET", KEY)
    monkeypatch.setenv("RUNWAYML_BASE_URL", runway.url)
    block = VideoProvider.default()
    assert block.configured
    block.check()


def test_the_check_costs_nothing_and_says_what_is_wrong(runway: Runway) -> None:
    provider(runway).check()
    assert [path for _, path, _ in runway.asked] == ["/v1/organization"]
    runway.credits = 0
    with pytest.raises(ProviderRefused, match="no credits left"):
        provider(runway).check()
    runway.trouble("/v1/organization", Trouble(body=b"<html>welcome</html>"))
    with pytest.raises(AnswerUnreadable, match="not Runway's"):
        provider(runway).check()


def test_the_key_is_in_no_message_log_or_picture_of_the_block(runway: Runway, caplog: pytest.LogCaptureFixture) -> None:
    wrong = "key_wrong_and_hidden"
    block = provider(runway, api_key=wrong)
    with caplog.at_level(logging.DEBUG), pytest.raises(ProviderRefused, match="does not accept the API key") as caught:
        block.submit(ask())
    assert runway.headers[0]["authorization"] == f"Bearer {wrong}"
    assert wrong not in repr(block) + str(caught.value) + caplog.text + block.model_dump_json()


def test_importing_the_block_loads_no_client() -> None:
    code = "import sys, blocks.video_provider; sys.exit(any(name in sys.modules for name in ('runwayml', 'torch')))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_block_is_saved_with_its_key_hidden(prefect_api: str, runway: Runway) -> None:
    aliases = {"runway-gen2": ("veo3.1",)}
    provider(runway, aliases=aliases).save("default", overwrite=True)
    try:
        forget_remembered_blocks()
        block = VideoProvider.default()
        assert block.submit(ask(model="runway-gen2", seconds=4)).served_model == "veo3.1"
        shown = httpx.get(f"{prefect_api}/block_types/slug/video-provider/block_documents").text
        assert "aliases" in shown
        assert KEY not in json.dumps(shown)
    finally:
        VideoProvider.delete("default")
        forget_remembered_blocks()
