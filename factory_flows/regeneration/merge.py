"""Three versions of a file become one."""

import os
import subprocess
import tempfile
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class Merged(BaseModel):
    """A merged text; where both sides changed the same lines, both stand there between conflict marks."""

    model_config = ConfigDict(frozen=True)

    content: bytes
    conflicts: int


def is_text(content: bytes) -> bool:
    """Whether it is UTF-8 without zeros, which can be merged line by line."""
    if b"\0" in content:
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def alone() -> dict[str, str]:
    """The environment of a git that heeds nobody's settings, so that it does the same everywhere."""
    return {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "PATH": os.environ["PATH"], "LC_ALL": "C"}


def merge(pristine: bytes, users: bytes, generated: bytes) -> Merged:
    """What people made of `pristine` and what is generated now, together, as `git merge-file` does it.

    Raises:
        RuntimeError: git is not installed, or could not merge.
    """
    with tempfile.TemporaryDirectory() as folder:
        places = [Path(folder) / name for name in ("yours", "pristine", "generated")]
        for place, content in zip(places, (users, pristine, generated), strict=True):
            place.write_bytes(content)
        labels = ("-L", "yours", "-L", "last build", "-L", "generated")
        command = ["git", "merge-file", "-p", *labels, *map(str, places)]
        done = subprocess.run(command, capture_output=True, check=False, cwd=folder, env=alone())
    if not 0 <= done.returncode <= 127:
        raise RuntimeError(f"git merge-file failed: {done.stderr.decode(errors='replace').strip()}")
    return Merged(content=done.stdout, conflicts=done.returncode)
