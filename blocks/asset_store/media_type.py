"""Media types of what is stored: from the name where the name says it, from the content otherwise."""

import mimetypes
from pathlib import PurePosixPath

UNKNOWN = "application/octet-stream"
# What the standard library's table lacks or names differently from one system to the next.
BY_SUFFIX = {
    ".csv": "text/csv",
    ".exr": "image/x-exr",
    ".glb": "model/gltf-binary",
    ".gltf": "model/gltf+json",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".md": "text/markdown",
    ".ndjson": "application/x-ndjson",
    ".onnx": "application/onnx",
    ".parquet": "application/vnd.apache.parquet",
    ".ply": "model/ply",
    ".safetensors": "application/vnd.safetensors",
    ".skops": "application/vnd.skops",
    ".ubj": "application/ubjson",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
}
_STANDARD = mimetypes.MimeTypes()  # its own table, without what the machine has in /etc


def media_type_of(name: str, head: bytes = b"") -> str:
    """Media type of a file called `name` that starts with `head`; "application/octet-stream" when neither tells."""
    suffix = PurePosixPath(name).suffix.lower()
    by_name = BY_SUFFIX.get(suffix) or _STANDARD.guess_type(f"file{suffix}")[0]
    return by_name or _by_content(head) or UNKNOWN


def _by_content(head: bytes) -> str | None:
    import puremagic  # noqa: PLC0415 - its table of signatures is read at import

    try:
        return puremagic.from_string(head, mime=True) or None
    except (puremagic.PureError, ValueError):
        return None
