"""The store that is there without configuration: a folder in the data folder, read through the gateway."""

import os
import secrets
from pathlib import Path
from uuid import uuid4


def signing_key(home: Path) -> str:
    """The key that signs links on this machine, made on first use and shared by all processes of the data folder.

    256 bits, hexadecimal, in `<home>/asset-signing.key`, readable by its owner alone.
    """
    file = home / "asset-signing.key"
    try:
        return file.read_text()
    except FileNotFoundError:
        _create(file)
        return file.read_text()


def _create(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.{uuid4().hex}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as target:
            target.write(secrets.token_hex(32))
        os.link(unfinished, file)  # the first process wins, the others read its key
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()
