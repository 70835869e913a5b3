"""Python environments of generated applications and of the tools that look at them, installed once by their lock."""

from pathlib import Path
from typing import Final

from factory_flows.proof.cache import cached
from factory_flows.proof.command import Workshop

_TOOLS: Final = Path(__file__).parent / "tools.txt"
_PATIENCE: Final = 600.0  # seconds for an installation


class NotInstalled(RuntimeError):
    """Packages could not be installed; the message has the installer's words."""


def python_environment(lock: bytes) -> Path:
    """The environment of a lock file in the form of `requirements.txt`; its programs are in `bin`.

    Raises:
        NotInstalled: A package can't be had.
    """
    return cached("python", lock, lambda folder: _install(folder, lock))


def tools() -> Path:
    """The environment of the tools by which applications are proven. Raises `NotInstalled`."""
    return python_environment(_TOOLS.read_bytes())


def _install(folder: Path, lock: bytes) -> None:
    from uv import find_uv_bin  # noqa: PLC0415 - where something is installed

    requirements = folder / "requirements.txt"
    requirements.write_bytes(lock)
    workshop, uv = Workshop(folder), str(find_uv_bin())
    python = folder / "bin" / "python"
    for words in (
        ("venv", "--quiet", "--allow-existing", "--python", "3.11", str(folder)),
        ("pip", "install", "--quiet", "--python", str(python), "--requirement", str(requirements)),
    ):
        ended = workshop.run(uv, *words, timeout=_PATIENCE)
        if ended.code != 0:
            raise NotInstalled(ended.output)
