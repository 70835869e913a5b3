"""OpenAI's official client against a server on loopback that speaks its API: pictures, blocks and every trouble."""

import gzip
import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import httpx2
import pytest
from pydantic import ValidationError

from blocks.image_provider import (
    AnswerUnreadable,
    Blocked,
    HostedRequest,
    ImageProvider,
    ImageProviderError,
    Made,
    ModelRetired,
    NoKey,
    OutcomeUnknown,
    ProviderAway,
    ProviderBusy,
    ProviderRefused,
    UnknownModel,
)
from blocks.image_provider.size import nearest_size
from blocks.saved_block import forget_remembered_blocks
from tests.blocks.openai_images import KEY, Images, Trouble, error, png
from tests.conftest import free_port

pytestmark = [pytest.mark.blocks, pytest.mark.image]


@pytest.fixture
def images() -> Iterator[Images]:
    with Images() as server:
        yield server


@pytest.fixture(autouse=True)
def no_key_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.delenv(name, raising=False)


def provider(server: Images, **settings: Any) -> ImageProvider:
    return ImageProvider(base_url=server.url, **{"api_key": KEY, "timeout": 5.0, "patience": 5.0, **settings})


def ask(**fields: Any) -> HostedRequest:
    return HostedRequest(**{"prompt": "a red cube", "model": "gpt-image-2.5-flare", **fields})


def made(outcome: Any) -> Made:
    assert isinstance(outcome, Made)
    return outcome


def test_pictures_come_as_png_with_what_they_cost(images: Images) -> None:
    found = made(provider(images).draw(ask(width=1280, height=720, count=3, quality="low"), idempotency_key="run-7"))

    assert [picture.png for picture in found.pictures] == [png(1280, 720, grey) for grey in range(3)]
    assert {(picture.width, picture.height) for picture in found.pictures} == {(1280, 720)}
    assert (found.asked_model, found.served_model) == ("gpt-image-2.5-flare", "gpt-image-2.5-flare")
    assert found.usage is not None
    assert found.usage.estimated_usd == pytest.approx((50 * 5 + 1000 * 8 + 4000 * 30) / 1e6)
    assert (found.attempts, found.request_id, found.notes) == (1, "req_1", ())
    path, sent = images.asked[0]
    assert path == "/v1/images/generations"
    assert sent == {
        "model": "gpt-image-2.5-flare",
        "prompt": "a red cube",
        "n": 3,
        "size": "1280x720",
        "quality": "low",
        "output_format": "png",
        "background": "opaque",
    }
    assert images.headers[0]["idempotency-key"] == "run-7-gpt-image-2.5-flare"


def test_dall_e_3_is_served_by_another_that_the_result_names(images: Images) -> None:
    found = made(provider(images).draw(ask(model="dall-e-3", quality="hd", width=1792)))

    assert (found.asked_model, found.served_model) == ("dall-e-3", "gpt-image-2.5-flare")
    assert found.notes[0] == "dall-e-3 was shut down on 12 May 2026; gpt-image-2.5-flare drew in its place"
    assert "quality high in place of hd" in found.notes[1]
    assert images.asked[0][1]["quality"] == "high"
    assert found.sent_size == (1792, 1024)


def test_a_strict_request_takes_no_other_model(images: Images) -> None:
    for call in (provider(images).draw, lambda request: provider(images).require(request.model, strict=True)):
        with pytest.raises(ModelRetired, match=r"dall-e-3 was shut down on 12 May 2026.*leave out `strict`"):
            call(ask(model="dall-e-3", strict=True))
    assert images.asked == []
    assert made(provider(images).draw(ask(model="gpt-image-2", strict=True))).served_model == "gpt-image-2"


def test_the_table_of_successors_is_configuration_and_the_first_that_is_served_draws(images: Images) -> None:
    block = provider(images, aliases={"dall-e-3": ("gpt-image-2.6-flare", "gpt-image-1.5")})
    found = made(block.draw(ask(model="dall-e-3", width=1000, height=1400)))

    assert found.served_model == "gpt-image-1.5"
    assert found.sent_size == (1024, 1536)
    assert any("does not draw 1000x1400" in note for note in found.notes)
    assert [sent["model"] for _, sent in images.asked] == ["gpt-image-2.6-flare", "gpt-image-1.5"]
    with pytest.raises(ProviderRefused, match=r"does not serve gpt-image-2\.6-flare to this account"):
        block.draw(ask(model="gpt-image-2.6-flare"))


def test_unknown_models_are_refused_before_any_call_and_may_be_added(images: Images) -> None:
    with pytest.raises(UnknownModel, match=r"There are dall-e-3, dall-e-2, .*more_models"):
        provider(images).draw(ask(model="imagen-9"))
    with pytest.raises(UnknownModel):
        provider(images).draw(ask(model="gpt-image-2-turbo"))
    assert images.asked == []
    images.models = ("imagen-9", "gpt-image-2-2026-04-21")
    assert made(provider(images, more_models=("imagen-9",)).draw(ask(model="imagen-9"))).served_model == "imagen-9"
    assert made(provider(images).draw(ask(model="gpt-image-2-2026-04-21"))).served_model == "gpt-image-2-2026-04-21"


def test_what_the_api_has_no_field_for_is_said(images: Images) -> None:
    request = ask(
        model="gpt-image-2",
        negative_prompt="people, text",
        seed=5,
        quality="max",
        init_image=png(64, 64),
        mask=png(64, 64),
    )
    found = made(provider(images).draw(request))

    path, sent = images.asked[0]
    assert path == "/v1/images/edits"
    assert sent["image"] == ("init.png", "image/png", png(64, 64))
    assert sent["mask"] == ("mask.png", "image/png", png(64, 64))
    assert sent["prompt"] == "a red cube\n\nDo not show: people, text"
    assert (sent["size"], sent["n"], sent["quality"]) == ("1024x1024", "1", "high")
    told = " / ".join(found.notes)
    for words in (
        "quality high in place of max",
        "seed: unsupported",
        "negative prompt: said",
        "strength: unsupported",
    ):
        assert words in told


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"init_image": b"GIF89a"}, "PNG, JPEG or WebP"),
        ({"mask": png(8, 8)}, "needs the init_image"),
        ({"init_image": png(8, 8), "mask": b"\xff\xd8\xff"}, "mask must be a PNG"),
        ({"count": 11}, "less than or equal to 10"),
        ({"prompt": ""}, "at least 1"),
        ({"width": 5000}, "4096"),
        ({"style": "vivid"}, "Extra inputs"),
    ],
)
def test_requests_that_can_only_fail_are_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        ask(**fields)


@pytest.mark.parametrize(
    ("details", "stage", "categories", "words"),
    [
        (("input", ["sexual", "sexual"]), "input", ("sexual",), "refused the request (sexual)"),
        (("output", ["violence/graphic"]), "output", ("violence/graphic",), "what was drawn"),
        ((7, [{"a": 1}, "the secret prompt"]), None, (), "or what was drawn. Word"),
        (None, None, (), "or what was drawn. Word"),
    ],
)
def test_moderation_is_an_outcome_and_no_error(
    images: Images, details: Any, stage: str | None, categories: tuple[str, ...], words: str
) -> None:
    told = dict(zip(("moderation_stage", "categories"), details, strict=True)) if details else None
    images.troubles.append(error(400, "moderation_blocked", "the secret prompt", moderation_details=told))
    found = provider(images).draw(ask())

    assert isinstance(found, Blocked)
    assert (found.stage, found.categories, found.request_id) == (stage, categories, "req_1")
    assert words in found.reason
    assert "secret" not in repr(found)
    assert len(images.asked) == 1


def test_a_retry_waits_as_long_as_it_is_told_and_keeps_its_key(images: Images) -> None:
    images.troubles += [error(429, "rate_limit_exceeded"), error(503, None), error(500, None)]
    for trouble, seconds in zip(images.troubles, ("0.3", "0.05", "0.05"), strict=True):
        trouble.headers["Retry-After"] = seconds
    began = time.monotonic()
    found = made(provider(images, attempts=4).draw(ask()))

    assert found.attempts == 4
    assert time.monotonic() - began >= 0.4
    assert len({headers["idempotency-key"] for headers in images.headers}) == 1
    assert images.drawn == 1


def test_milliseconds_are_milliseconds(images: Images) -> None:
    images.troubles.append(error(429, "rate_limit_exceeded"))
    images.troubles[0].headers |= {"Retry-After-Ms": "20", "Retry-After": "3600"}
    assert made(provider(images).draw(ask())).attempts == 2


def test_a_wait_beyond_patience_is_not_begun(images: Images) -> None:
    images.troubles.append(error(429, "rate_limit_exceeded"))
    images.troubles[0].headers["Retry-After"] = "3600"
    with pytest.raises(ProviderBusy, match="asks to wait 3600 s"):
        provider(images).draw(ask())
    assert len(images.asked) == 1


def test_a_provider_that_keeps_failing_is_given_up(images: Images) -> None:
    images.troubles += [error(500, None)] * 2
    with pytest.raises(ProviderAway, match=r"gave up after 2 attempts \(HTTP 500\). Nothing was made"):
        provider(images, attempts=2).draw(ask())


@pytest.mark.parametrize("repeat", [False, True])
@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(cut="before"),
        Trouble(cut="within", body=b"{" + b" " * 1000),
        Trouble(drip=0.05, body=b" " * 1000),
        Trouble(502, body=b"<html>Bad gateway</html>"),
        Trouble(504),
    ],
)
def test_what_may_be_paid_for_is_sent_again_only_where_the_block_says_so(
    images: Images, trouble: Trouble, repeat: bool
) -> None:
    images.troubles.append(trouble)
    block = provider(images, repeat_unknown=repeat, timeout=0.3 if trouble.drip else 5.0)
    if repeat:
        assert made(block.draw(ask())).attempts == 2
    else:
        with pytest.raises(OutcomeUnknown, match="may have been made and paid for, so it is not sent again"):
            block.draw(ask())
        assert len(images.asked) == 1


def test_a_provider_that_says_nothing_is_left_in_time(images: Images) -> None:
    images.troubles.append(Trouble(hold=(release := threading.Event())))
    with pytest.raises(OutcomeUnknown, match="no answer in time"):
        provider(images, timeout=0.2).draw(ask())
    release.set()


def test_every_timeout_is_meant(images: Images) -> None:
    """The client takes 5 s, which is httpx's own default, for none at all."""
    provider(images, timeout=5.0).draw(ask())
    client = provider(images, timeout=5.0)._connection().client
    assert client.timeout == httpx2.Timeout(5.0)


def test_where_nobody_listens_it_is_tried_again_as_nothing_was_sent() -> None:
    block = ImageProvider(api_key=KEY, base_url=f"http://127.0.0.1:{free_port()}/v1", attempts=2)
    with pytest.raises(ProviderAway, match=r"after 2 attempts \(no connection\)"):
        block.draw(ask())
    with pytest.raises(ProviderAway, match=r"No connection to 127\.0\.0\.1"):
        block.check()


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (error(400, "billing_hard_limit_reached"), "no credit left"),
        (error(429, "insufficient_quota"), "no credit left"),
        (error(400, "invalid_value", param="size"), "parameter 'size'"),
        (error(400, None, param="a red cube is what they asked for"), "takes the request for wrong.$"),
        (error(403, None), "this account or address may not use it"),
        (error(413, None), "too large"),
        (Trouble(307, {"Location": "http://127.0.0.1:1/elsewhere"}), "points elsewhere, where the key must not go"),
        (Trouble(404, body=b"<html>"), "no images API at this address"),
    ],
)
def test_what_asking_again_does_not_mend_is_asked_once(images: Images, trouble: Trouble, words: str) -> None:
    images.troubles.append(trouble)
    with pytest.raises(ProviderRefused, match=words):
        provider(images).draw(ask())
    assert len(images.asked) == 1


def b64(text: Any, **more: Any) -> bytes:
    return json.dumps({"created": 1, "data": [{"b64_json": text}], **more}).encode()


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (Trouble(body=b"<html>welcome</html>"), "other than JSON"),
        (Trouble(body=b"[1, 2]"), "no object"),
        (Trouble(body=b'{"data": []}'), "without a picture"),
        (Trouble(body=b'{"data": [{}, {}]}'), "2 pictures where 1 were asked"),
        (Trouble(body=b'{"data": [{"url": "http://127.0.0.1/x.png"}]}'), "holds no picture as base64"),
        (Trouble(body=b64("!!not base64!!")), "no proper base64"),
        (Trouble(body=b64("aGVsbG8=")), "no PNG file"),
        (Trouble(body=b64("iVBORw0KGgoAAAANSUhEUv//////////CAIAAAAAAAAAAA==")), "claims 4294967295x4294967295"),
        (Trouble(body=b" " * 60_000), "more than 0 MB"),
        (Trouble(400, body=b" " * 60_000), "more than 0 MB"),
        (Trouble(headers={"Content-Encoding": "gzip"}, body=gzip.compress(b" " * 1_000_000)), "comes packed"),
    ],
)
def test_an_answer_that_is_no_picture_is_not_believed(images: Images, trouble: Trouble, words: str) -> None:
    images.troubles.append(trouble)
    with pytest.raises(AnswerUnreadable, match=words):
        provider(images, largest_answer=50_000).draw(ask())
    assert len(images.asked) == 1, "it may have been paid for"


@pytest.mark.parametrize("usage", [None, "many", {"output_tokens": -1, "input_tokens": 3}, {"input_tokens": True}])
def test_usage_that_makes_no_sense_is_not_reckoned_with(images: Images, usage: Any) -> None:
    images.usage = usage
    found = made(provider(images).draw(ask()))
    assert found.usage is None
    assert found.notes == ("the provider told no usage, so the cost is not known",)


def test_fewer_pictures_and_other_sizes_are_said(images: Images) -> None:
    sent = {"model": "gpt-image-2", "size": "1024x1024", "quality": "low", "n": 1}
    body = json.loads(images.answer("/v1/images/generations", sent, f"Bearer {KEY}").body)
    body["data"][0]["revised_prompt"] = "a scarlet cube"
    images.troubles.append(Trouble(body=json.dumps(body).encode()))
    found = made(provider(images).draw(ask(width=1536, count=2)))
    assert found.notes == (
        "1 of 2 pictures came back",
        "came back in 1024x1024 where 1536x1024 was asked for",
    )
    assert found.pictures[0].revised_prompt == "a scarlet cube"


def test_without_a_key_it_says_what_to_set(images: Images, monkeypatch: pytest.MonkeyPatch) -> None:
    for key in (None, "", "  "):
        block = provider(images, api_key=key)
        assert not block.configured
        for call in (lambda block=block: block.draw(ask()), lambda block=block: block.require("dall-e-3"), block.check):
            with pytest.raises(NoKey, match="set OPENAI_API_KEY, or save an Image provider block"):
                call()
    with pytest.raises(ProviderRefused, match="characters that no key has"):
        provider(images, api_key="sk-…").draw(ask())
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", images.url)
    block = ImageProvider.default()
    assert block.configured
    block.check()
    block.require("dall-e-3")
    assert made(block.draw(ask())).attempts == 1


def test_the_key_is_in_no_message_log_or_picture_of_the_block(
    images: Images, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = "sk-wrong-and-hidden"
    block = provider(images, api_key=wrong)
    with caplog.at_level(logging.DEBUG), pytest.raises(ProviderRefused, match="does not accept the API key") as caught:
        block.draw(ask())
    with pytest.raises(ProviderRefused, match="does not accept the API key"):
        block.check()
    assert images.headers[0]["authorization"] == f"Bearer {wrong}"
    assert wrong not in repr(block) + str(caught.value) + caplog.text + block.model_dump_json()
    assert len(images.asked) == 1


def test_it_bills_whom_the_block_names_and_nobody_of_the_environment(
    images: Images, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-somebody")
    provider(images, organization=None, project="proj-ours").draw(ask())
    assert "openai-organization" not in images.headers[0]
    assert images.headers[0]["openai-project"] == "proj-ours"


@pytest.mark.parametrize("width", [64, 512, 1000, 1024, 1792, 2160, 3840, 4096])
@pytest.mark.parametrize("height", [64, 576, 1024, 2048, 4096])
def test_every_size_has_one_that_the_models_take(width: int, height: int) -> None:
    w, h = nearest_size(width, height, any_size=True)
    assert w % 16 == h % 16 == 0
    assert max(w, h) <= 3840
    assert max(w, h) <= 3 * min(w, h)
    assert 655_360 <= w * h <= 3840 * 2160
    shape = min(max(width / height, 1 / 3), 3)
    assert w / h == pytest.approx(shape, rel=0.03)
    assert nearest_size(width, height, any_size=False) in {(1024, 1024), (1536, 1024), (1024, 1536)}


def test_every_error_is_one_of_the_house() -> None:
    for each in (NoKey, UnknownModel, ModelRetired, ProviderRefused, ProviderBusy, ProviderAway, OutcomeUnknown):
        assert issubclass(each, ImageProviderError)


def test_importing_the_block_loads_no_client() -> None:
    code = (
        "import sys, blocks.image_provider; sys.exit(any(name in sys.modules for name in ('openai', 'PIL', 'torch')))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_block_is_saved_with_its_key_hidden(prefect_api: str, images: Images) -> None:
    aliases = {"dall-e-3": ("gpt-image-2",)}
    provider(images, aliases=aliases).save("default", overwrite=True)
    try:
        forget_remembered_blocks()
        block = ImageProvider.default()
        assert block.aliases == aliases
        assert made(block.draw(ask(model="dall-e-3"))).served_model == "gpt-image-2"
        shown = httpx.get(f"{prefect_api}/block_types/slug/image-provider/block_documents").text
        assert "aliases" in shown
        assert KEY not in shown
    finally:
        ImageProvider.delete("default")
        forget_remembered_blocks()
