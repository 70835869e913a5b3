"""A clip by a hosted model: ordered, waited for, fetched. The order is kept first, so that nothing is paid twice."""

import json
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast
from uuid import UUID

from prefect import task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE

from blocks.asset_store import AssetConflict, AssetNotFound, AssetStore
from blocks.video_provider import (
    Blocked,
    Ended,
    Finished,
    HostedClip,
    Submitted,
    VideoProvider,
    VideoProviderError,
    Waiting,
)
from tasks.image.refusal import Refusal
from tasks.run import asset_path
from tasks.video.clip import DrawnFrames, KeptClip, clip_key, find_clip, keep_clip, said_of

if TYPE_CHECKING:
    from models.clip import Clip
    from models.drawing import Pixels

_ORDER = "provider-task.json"


class HostedClipFailed(RuntimeError):
    """The provider did not make the video; the message says why and whether to ask again."""


def draw_hosted_clip(model: str, clip: "Clip", fps: Fraction, *, bright: bool, strict: bool) -> KeptClip | Refusal:
    """The clip, or what moderation refused.

    Raises:
        VideoProviderError: The provider is away or cannot do it; whether anything was paid for is said.
        HostedClipFailed: It tried and failed, or someone cancelled the task there.
    """
    key = clip_key("hosted", model, str(fps), bright, *said_of(clip))
    if (kept := find_clip(key)) is not None:
        return kept
    order = order_clip(model, clip, fps, strict)
    ended = wait_for_clip(order)
    if isinstance(ended, Blocked):
        return Refusal(by=order.served_model, stage=ended.stage, categories=(ended.code,), reason=ended.reason)
    if not isinstance(ended, Finished):
        raise HostedClipFailed(getattr(ended, "reason", "the task was cancelled at the provider"))
    return fetch_clip(key, order, ended, clip, fps, bright)


@task(
    name="order-clip",
    description="Order the video, unless this run has: the provider's task id is kept before anything is waited for.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def order_clip(model: str, clip: "Clip", fps: Fraction, strict: bool) -> Submitted:
    """What was ordered. Raises `VideoProviderError`, `AssetStoreError`."""
    store, path = AssetStore.default(), asset_path(_ORDER)
    with suppress(AssetNotFound), store.open(path) as stream:
        return Submitted.model_validate(json.load(stream))
    order = VideoProvider.default().submit(hosted_clip(model, clip, fps, strict=strict))
    with suppress(AssetConflict):
        store.put(path, order.model_dump_json().encode(), "application/json")
    return order


def hosted_clip(model: str, clip: "Clip", fps: Fraction, *, strict: bool) -> HostedClip:
    """What the provider is asked for. Raises `ValueError` where it takes no such request."""
    return HostedClip(
        prompt=clip.prompt,
        negative_prompt=clip.negative_prompt,
        model=model,
        strict=strict,
        width=clip.width,
        height=clip.height,
        seconds=float(clip.frames / fps),
        seed=clip.seed,
        init_image=None if clip.init is None else _jpeg(clip.init),
    )


@task(
    name="wait-for-clip",
    description="Ask the provider how far the video is until it is there; cancelled, it is cancelled there too.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=5,
    retry_delay_seconds=10,
)
def wait_for_clip(order: Submitted) -> Ended:
    """How it ended. Raises `VideoProviderError`."""
    provider = VideoProvider.default()
    told = f"{order.served_model} draws {order.seconds} s"
    bar = cast("UUID", create_progress_artifact(0.0, key="clip-progress", description=told))

    def on_poll(found: Waiting) -> None:
        update_progress_artifact(bar, progress=100 * (found.share or 0.0), description=f"{told}: {found.state}")

    try:
        return provider.wait(order.task_id, on_poll)
    except Exception:
        raise  # a provider that is away is asked again
    except BaseException:  # the run is cancelled or its machine goes
        with suppress(VideoProviderError):
            provider.cancel(order.task_id)
        raise


@task(
    name="fetch-clip",
    description="Fetch the finished video before its address expires, and keep it as light.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=5,
)
def fetch_clip(key: str, order: Submitted, ended: Finished, clip: "Clip", fps: Fraction, bright: bool) -> KeptClip:
    """The clip. Raises `VideoProviderError`, `UnreadableVideo`, `AssetStoreError`."""
    from models.delivered_video import read_video  # noqa: PLC0415 - loaded where video is read

    cost = () if ended.usd is None else (f"The provider charged ${ended.usd:.2f}.",)
    with TemporaryDirectory(prefix="hosted-") as folder:
        got = VideoProvider.default().download(ended, Path(folder) / "clip.mp4")
        frames = read_video(got.path, clip.width, clip.height, fps, clip.frames)
        served = order.served_model
        return keep_clip(
            key, DrawnFrames(frames, "srgb", served, served, None, (*order.notes, *cost)), fps, bright=bright
        )


def _jpeg(picture: "Pixels") -> bytes:
    from models.image_file import write_picture  # noqa: PLC0415 - Pillow where a picture is written

    return write_picture(picture, "jpeg", "")
