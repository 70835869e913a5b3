"""Paths inside the store: one spelling each, the same on every file system and in every bucket, never out of it."""

import unicodedata
from urllib.parse import quote, unquote

from blocks.asset_store.errors import InvalidAssetPath

SCHEME = "asset://"
LONGEST_PATH = 900  # bytes of UTF-8; Cloud Storage allows 1024 with the store's prefix
LONGEST_PART = 200  # bytes of UTF-8; file systems allow 255 with the suffixes written beside it
REFUSED_CHARACTERS = frozenset('\\:*?"<>|')


def checked_path(path: str) -> str:
    """`path` itself when it is safe: relative, no hidden or empty parts, NFC, no control or reserved characters.

    Raises `InvalidAssetPath` with the reason.
    """
    if not path:
        raise InvalidAssetPath("An asset path must not be empty.")
    if path.startswith("/"):
        raise InvalidAssetPath(f"{path[:80]!a} is absolute; asset paths are relative to the store.")
    if any(unicodedata.category(character).startswith(("C", "Zl", "Zp")) for character in path):
        raise InvalidAssetPath(f"{path[:80]!a} holds control, invisible or unassigned characters.")
    if unicodedata.normalize("NFC", path) != path:
        raise InvalidAssetPath(f"{path[:80]!a} is not in Unicode normal form C.")
    if refused := REFUSED_CHARACTERS.intersection(path):
        raise InvalidAssetPath(f"{path[:80]!a} holds {' '.join(sorted(refused))}, which some systems can't store.")
    if len(path.encode()) > LONGEST_PATH:
        raise InvalidAssetPath(f"{path[:80]!a}… is longer than {LONGEST_PATH} bytes.")
    for part in path.split("/"):
        _check_part(part, path)
    return path


def _check_part(part: str, path: str) -> None:
    if not part:
        raise InvalidAssetPath(f"{path[:80]!a} has an empty part.")
    if part.startswith("."):
        raise InvalidAssetPath(f"{path[:80]!a} leads upwards or is hidden; no part may start with a dot.")
    if part != part.strip() or part.endswith("."):
        raise InvalidAssetPath(f"{path[:80]!a} has a part that starts or ends with a space, or ends with a dot.")
    if len(part.encode()) > LONGEST_PART:
        raise InvalidAssetPath(f"A part of {path[:80]!a}… is longer than {LONGEST_PART} bytes.")


def path_in_uri(uri: str) -> str:
    """The checked path that an `asset://` uri names; percent-encoding is undone once."""
    if not uri.startswith(SCHEME):
        raise InvalidAssetPath(f"{uri[:80]!a} is not an {SCHEME} uri.")
    try:
        return checked_path(unquote(uri.removeprefix(SCHEME), errors="strict"))
    except UnicodeDecodeError as error:
        raise InvalidAssetPath(f"{uri[:80]!a} does not hold percent-encoded UTF-8.") from error


def asset_uri(path: str) -> str:
    """The `asset://` uri of a path."""
    return SCHEME + quote(path)
