"""Troubles of the way: what is asked again, what may have been paid for, and what is not."""

import gzip
import threading
import time

import pytest

from blocks.video_provider import (
    AnswerUnreadable,
    OutcomeUnknown,
    ProviderAway,
    ProviderBusy,
    ProviderRefused,
    VideoProvider,
)
from tests.blocks.video_provider.asking import ask, provider
from tests.blocks.video_provider.runway_server import KEY, Runway, Trouble, error
from tests.conftest import free_port

pytestmark = [pytest.mark.blocks, pytest.mark.video]


@pytest.mark.parametrize("trouble", [error(429), error(502), error(503), error(504)])
def test_where_nothing_was_begun_it_is_ordered_again(runway: Runway, trouble: Trouble) -> None:
    trouble.headers["Retry-After"] = "0.05"
    runway.trouble("/v1/text_to_video", trouble)
    assert provider(runway).submit(ask()).served_model == "gen4.5"
    assert runway.calls("/v1/text_to_video") == 2
    assert len(runway.tasks) == 1


def test_a_wait_beyond_patience_is_not_begun(runway: Runway) -> None:
    runway.trouble("/v1/text_to_video", error(429, **{"Retry-After": "3600"}))
    with pytest.raises(ProviderBusy, match=r"asks to wait 3600 s.*account's tier"):
        provider(runway).submit(ask())
    assert runway.calls("/v1/text_to_video") == 1


@pytest.mark.parametrize("repeat", [False, True])
@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(cut="before"),
        Trouble(cut="within", body=b"{" + b" " * 1000),
        Trouble(drip=0.05, body=b" " * 1000),
        error(500),
    ],
)
def test_what_may_be_paid_for_is_ordered_again_only_where_the_block_says_so(
    runway: Runway, trouble: Trouble, repeat: bool
) -> None:
    runway.trouble("/v1/text_to_video", trouble)
    block = provider(runway, repeat_unknown=repeat, timeout=0.3 if trouble.drip else 5.0)
    if repeat:
        assert block.submit(ask()).task_id in runway.tasks
    else:
        with pytest.raises(OutcomeUnknown, match="may be on its way and paid for, so it is not sent again"):
            block.submit(ask())
        assert runway.calls("/v1/text_to_video") == 1


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"id": "../x"}', b'{"id": ""}'])
def test_an_answer_without_a_task_may_have_begun_one(runway: Runway, body: bytes) -> None:
    runway.trouble("/v1/text_to_video", Trouble(body=body))
    with pytest.raises(OutcomeUnknown, match="no task id"):
        provider(runway).submit(ask())


def test_a_provider_that_says_nothing_is_left_in_time(runway: Runway) -> None:
    runway.trouble("/v1/text_to_video", Trouble(hold=(release := threading.Event())))
    began = time.monotonic()
    with pytest.raises(OutcomeUnknown, match="no answer in time"):
        provider(runway, timeout=0.2).submit(ask())
    assert time.monotonic() - began < 3
    release.set()


def test_where_nobody_listens_nothing_was_begun() -> None:
    block = VideoProvider(api_key=KEY, base_url=f"http://127.0.0.1:{free_port()}", attempts=2)
    with pytest.raises(ProviderAway, match=r"after 2 attempts \(no connection\). Nothing was begun"):
        block.submit(ask())


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (error(400, "You do not have enough credits to run this task."), "not enough credits left"),
        (error(400, "the secret prompt"), "takes the request for wrong.$"),
        (error(403), "this account or address may not use it"),
        (error(413), "too large"),
        (Trouble(404, body=b"<html>"), "no such API at this address"),
        (Trouble(307, {"Location": "http://127.0.0.1:1/elsewhere"}), "points elsewhere, where the key must not go"),
    ],
)
def test_what_asking_again_does_not_mend_is_asked_once(runway: Runway, trouble: Trouble, words: str) -> None:
    runway.trouble("/v1/text_to_video", trouble)
    with pytest.raises(ProviderRefused, match=words):
        provider(runway).submit(ask())
    assert runway.calls("/v1/text_to_video") == 1


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(body=b" " * 2_100_000),
        Trouble(headers={"Content-Encoding": "gzip"}, body=gzip.compress(b" " * 1_000_000)),
    ],
)
def test_an_answer_far_too_large_is_not_read(runway: Runway, trouble: Trouble) -> None:
    task = provider(runway).submit(ask()).task_id
    runway.trouble("/v1/tasks", trouble)
    with pytest.raises(AnswerUnreadable, match="was not read"):
        provider(runway).poll(task)
