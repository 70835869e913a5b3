"""Signed links to files of a store: whoever holds the link may read that one path until it expires."""

import hashlib
import hmac
import math
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta


def expiry(lifetime: timedelta, now: datetime | None = None) -> int:
    """Unix time at which a link made now ends.

    Rounded up to the full hour when it is at least a day away, so that the same asset keeps one address for an hour
    and caches can hold it.
    """
    end = ((now or datetime.now(UTC)) + lifetime).timestamp()
    return math.ceil(end / 3600) * 3600 if lifetime >= timedelta(days=1) else math.ceil(end)


def sign(key: str, path: str, expires: int) -> str:
    """Signature over a path and the Unix time at which the link ends: HMAC-SHA-256, base64url without padding."""
    digest = hmac.digest(key.encode(), f"{expires}\n{path}".encode(errors="surrogatepass"), hashlib.sha256)
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def verify(key: str, path: str, expires: str | int, signature: str, now: datetime | None = None) -> bool:
    """Whether `signature` is ours for this path and end, and the end has not come. Never raises."""
    text = str(expires)
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        return False
    ours = sign(key, path, int(text))
    matches = hmac.compare_digest(ours.encode(), signature.encode(errors="replace"))
    return matches and int(text) > (now or datetime.now(UTC)).timestamp()
