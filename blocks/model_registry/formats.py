"""Formats that models are kept in: each can be read without running code, and is recognised by its content."""

import json
import pickletools
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from blocks.model_registry.errors import UnsafeModelFile
from blocks.model_registry.protobuf import field_numbers
from blocks.model_registry.trusted import untrusted_types

LARGEST_HEADER = 100 << 20  # bytes, as in the safetensors library
LARGEST_JSON = 256 << 20  # bytes
PICKLES = frozenset({".pkl", ".pickle", ".joblib", ".pt", ".pth", ".ckpt", ".bin", ".npy", ".npz", ".dill"})
PICKLES_IN_ARCHIVES = frozenset({".pkl", ".pickle", ".joblib", ".dill"})
UBJSON_LENGTHS = b"iUIulmLM"  # types of the length of an object's first key
ONNX_GRAPH = 7  # field number in ModelProto


def require_safe(file: Path, name: str) -> None:
    """Raise `UnsafeModelFile` unless `file` has an allowed format, by its suffix and by its content."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in PICKLES or _is_pickle(file):
        raise UnsafeModelFile(
            f"{name!a} is or may hold a pickle, which runs code when it is read. Save weights as safetensors, XGBoost "
            "as JSON or UBJ, scikit-learn with skops, or export to ONNX."
        )
    if suffix not in FORMATS:
        raise UnsafeModelFile(f"{name!a} is not in an allowed format: {' '.join(FORMATS)}.")
    if reason := FORMATS[suffix](file):
        raise UnsafeModelFile(f"{name!a} is not {suffix.removeprefix('.')}: {reason}.")


def _is_pickle(file: Path) -> bool:
    """Whether it is a pickle of any protocol, or a zip that holds one, as PyTorch writes them."""
    with file.open("rb") as stream:
        head = stream.read(4)
        if head[:1] == b"\x80" and head[1:2] in {b"\x02", b"\x03", b"\x04", b"\x05"}:
            return True
        stream.seek(0)
        if head and _is_old_pickle(stream):
            return True
    return head == b"PK\x03\x04" and any(PurePosixPath(inner).suffix in PICKLES_IN_ARCHIVES for inner in _inside(file))


def _is_old_pickle(stream: BinaryIO) -> bool:
    """Protocols 0 and 1 have no mark of their own: read the opcodes, which runs nothing, up to the end of the file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of bytes that no Python ever wrote
            for _ in pickletools.genops(stream):
                pass
    except (ValueError, struct.error, OverflowError, EOFError):
        return False
    return stream.read(1) == b""


def _inside(file: Path) -> list[str]:
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return []


def _wrong_safetensors(file: Path) -> str:
    size = file.stat().st_size
    with file.open("rb") as stream:
        start = stream.read(8)
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
        if not 2 <= length <= min(LARGEST_HEADER, size - 8):
            return "it has no header"
        try:
            header = json.loads(stream.read(length))
            header.pop("__metadata__", None)
            spans = sorted(tuple(tensor["data_offsets"]) for tensor in header.values())
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return "its header can't be read"
    end = 0
    for begin, stop in spans:
        if begin != end or stop < begin:
            return "its tensors overlap or leave gaps"
        end = stop
    return "" if 8 + length + end == size else "its tensors do not fill the file"


def _wrong_json(file: Path) -> str:
    if file.stat().st_size > LARGEST_JSON:
        return "it is too large; use UBJ or safetensors"
    try:
        document = json.loads(file.read_bytes())
    except (ValueError, RecursionError):
        return "it can't be read as JSON"
    return "" if isinstance(document, dict) else "it holds no object"


def _wrong_ubjson(file: Path) -> str:
    with file.open("rb") as stream:
        head = stream.read(2)
        stream.seek(max(0, file.stat().st_size - 1))
        last = stream.read(1)
    recognised = head[:1] == b"{" and head[1:] and head[1:] in UBJSON_LENGTHS and last == b"}"
    return "" if recognised else "it holds no Universal Binary JSON object"


def _wrong_skops(file: Path) -> str:
    if "schema.json" not in _inside(file):
        return "it is no zip with a schema.json"
    try:
        unknown = untrusted_types(file)
    except Exception as error:  # noqa: BLE001 - skops raises what it meets in a hostile file
        return f"skops can't read it ({type(error).__name__})"
    return f"it holds types that are not on the fixed list: {', '.join(unknown)}" if unknown else ""


def _wrong_onnx(file: Path) -> str:
    try:
        numbers = field_numbers(file.read_bytes())
    except ValueError as error:
        return str(error)
    return "" if numbers[:1] == [1] and ONNX_GRAPH in numbers else "it holds no ONNX graph"


def _wrong_card(file: Path) -> str:
    try:
        file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return "it is not UTF-8 text"
    return ""


FORMATS: dict[str, Callable[[Path], str]] = {
    ".safetensors": _wrong_safetensors,
    ".json": _wrong_json,
    ".ubj": _wrong_ubjson,
    ".skops": _wrong_skops,
    ".onnx": _wrong_onnx,
    ".md": _wrong_card,
}
