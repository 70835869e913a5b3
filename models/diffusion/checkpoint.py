"""Weights that hold numbers and nothing else."""

from pathlib import Path
from typing import Final

_PICKLES: Final = {".bin", ".ckpt", ".pt", ".pth", ".pkl", ".pickle"}


class UnsafeCheckpoint(ValueError):
    """The weights could run code, or are no weights; the message says which file."""


def checked_checkpoint(path: Path) -> Path:
    """A safetensors file, or a folder whose weights are such files.

    Pickles in a folder are refused even where safetensors lie beside them: a loader might prefer them.

    Raises:
        UnsafeCheckpoint: There is a pickle, no safetensors file, or one whose header is none.
    """
    if path.is_file():
        _check_header(path)
        return path
    if not path.is_dir():
        raise UnsafeCheckpoint(f"{path.name}: there is no such file or folder")
    files = [file for file in path.rglob("*") if file.is_file()]
    if pickle := next((file for file in files if file.suffix.lower() in _PICKLES), None):
        raise UnsafeCheckpoint(f"{pickle.name} is a pickle, which may run code when it is loaded; use safetensors")
    weights = [file for file in files if file.suffix == ".safetensors"]
    if not weights:
        raise UnsafeCheckpoint(f"{path.name} has no safetensors files")
    for file in weights:
        _check_header(file)
    return path


def checked_source(source: str) -> str:
    """A path on this machine, checked as above; a hub id as it is, since it is only read as safetensors.

    Raises:
        UnsafeCheckpoint: See `checked_checkpoint`.
    """
    path = Path(source).expanduser()
    is_path = path.exists() or path.is_absolute() or path.suffix == ".safetensors"
    return str(checked_checkpoint(path)) if is_path else source


def _check_header(file: Path) -> None:
    """A header of JSON, as long as the first eight bytes say (safetensors format)."""
    if file.suffix != ".safetensors":
        raise UnsafeCheckpoint(f"{file.name} is not a safetensors file; other formats are not loaded")
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if not 2 <= length <= 100_000_000 or length + 8 > file.stat().st_size or stream.read(1) != b"{":
            raise UnsafeCheckpoint(f"{file.name} is named like a safetensors file and is none")
