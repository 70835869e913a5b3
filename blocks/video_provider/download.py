"""Fetching a finished video: bounded, over https or from this machine alone, and only kept when it is a video."""

import hashlib
import time
from pathlib import Path
from typing import Final

import httpx

from blocks.video_provider.errors import AnswerUnreadable, OutputExpired, ProviderAway
from blocks.video_provider.submitted import Downloaded
from blocks.video_provider.transport import AnswerTooLarge, AnswerTooSlow, http_client, is_loopback, is_private

# What storage answers where a signed address is past its time.
EXPIRED: Final = frozenset({401, 403, 404, 410})
OK: Final = 200
PAUSE: Final = 0.5


def fetch(url: str, target: Path, *, largest: int, seconds: float, attempts: int, loopback: bool) -> Downloaded:
    """The video at `url`, in `target`, which is only there when it is whole.

    Raises:
        OutputExpired: The address is no longer valid.
        AnswerUnreadable: What is there is no video, or more than `largest` bytes, or the address is not to be asked.
        ProviderAway: It could not be fetched.
    """
    if not is_private(url) or (is_loopback(url) and not loopback):
        raise AnswerUnreadable("The provider names an address for the video that is not https: it is not asked.")
    partial = target.with_name(f"{target.name}.part")
    partial.parent.mkdir(parents=True, exist_ok=True)
    try:
        for attempt in range(1, attempts + 1):
            try:
                found = _once(url, partial, largest, seconds)
            except (httpx.TransportError, AnswerTooSlow, _Trouble) as error:
                if attempt == attempts:
                    raise ProviderAway(
                        f"The video could not be fetched: gave up after {attempts} attempts "
                        f"({type(error).__name__}). It is still there; try again later."
                    ) from None
                time.sleep(PAUSE * 2 ** (attempt - 1))
            else:
                partial.replace(target)
                return Downloaded(target, *found)
    finally:
        partial.unlink(missing_ok=True)
    raise AssertionError  # there is at least one attempt


class _Trouble(Exception):
    """The storage answers with an error that may pass."""


def _once(url: str, partial: Path, largest: int, seconds: float) -> tuple[int, str, str]:
    """Size, digest and media type."""
    digest, size, media_type = hashlib.sha256(), 0, ""
    try:
        with http_client("", seconds, largest) as client, client.stream("GET", url) as response:
            _check_head(response, largest)
            with partial.open("wb") as file:
                for chunk in response.iter_bytes(1 << 16):
                    if not size:
                        media_type = _media_type(chunk)
                    size += len(chunk)
                    digest.update(chunk)
                    file.write(chunk)
    except AnswerTooLarge as error:
        raise AnswerUnreadable(f"The video was not fetched: {error}, the block's `largest_video`.") from None
    if not size:
        raise AnswerUnreadable("The provider's file is empty.")
    return size, digest.hexdigest(), media_type


def _check_head(response: httpx.Response, largest: int) -> None:
    if response.status_code in EXPIRED:
        raise OutputExpired("The address of the video is no longer valid.")
    if response.status_code != OK:
        raise _Trouble
    if (told := response.headers.get("Content-Length", "")).isdigit() and int(told) > largest:
        raise AnswerTooLarge(f"it has more than {largest / 1e6:,.0f} MB")


def _media_type(start: bytes) -> str:
    """By the first box, ftyp (ISO/IEC 14496-12)."""
    if start[4:8] != b"ftyp":
        raise AnswerUnreadable("The provider's file is no MP4 or QuickTime video.")
    return "video/quicktime" if start[8:12] == b"qt  " else "video/mp4"
