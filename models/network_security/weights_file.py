"""A detector's weights on disk: UBJ, skops with a fixed list of types, and safetensors; nothing that runs code."""

import hashlib
import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from xgboost import Booster

ADDRESS: Final = re.compile(r"\b\d{9,}\b")
TRUSTED: Final = frozenset({"sklearn.tree._tree.Tree"})
"""What skops does not trust by itself and a random forest needs; a file with anything else is refused."""


class WeightsMismatchError(ValueError):
    """A weights file is not the one that the model card names, or holds what it must not."""


def read_checked(folder: Path, sha256: Mapping[str, str]) -> dict[str, bytes]:
    """The files by name. Raises WeightsMismatchError when a digest differs."""
    files = {}
    for name, expected in sha256.items():
        files[name] = (folder / name).read_bytes()
        if hashlib.sha256(files[name]).hexdigest() != expected:
            raise WeightsMismatchError(
                f"{name} is not the file that card.json describes; restore both from one release"
            )
    return files


def load_booster(content: bytes) -> "Booster":
    """Boosted trees from UBJ."""
    from xgboost import Booster  # noqa: PLC0415 - xgboost where it is used

    return Booster(model_file=bytearray(content))


def dump_forest(forest: Any) -> bytes:
    """A random forest as skops; the same forest gives the same bytes.

    skops names what it packs by its address in memory, other in each process: here by its order of appearance.
    """
    from skops.io import dumps  # noqa: PLC0415 - skops where it is used

    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(dumps(forest))) as made,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as again,
    ):
        schema = made.read("schema.json").decode()
        order = {address: str(number) for number, address in enumerate(dict.fromkeys(ADDRESS.findall(schema)), 1)}
        again.writestr(_entry("schema.json"), ADDRESS.sub(lambda found: order[found[0]], schema))
        arrays = {ADDRESS.sub(lambda found: order[found[0]], name): name for name in made.namelist()}
        for name in sorted(arrays.keys() - {"schema.json"}, key=lambda name: (len(name), name)):
            again.writestr(_entry(name), made.read(arrays[name]))
    return packed.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)  # dated 1980, whenever it is written
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def load_forest(content: bytes) -> Any:
    """A random forest from skops. Raises WeightsMismatchError when the file holds other types."""
    from skops.io import get_untrusted_types, loads  # noqa: PLC0415 - skops where it is used

    found = set(get_untrusted_types(data=content))
    if not found <= TRUSTED:
        raise WeightsMismatchError(f"the forest's file holds {', '.join(sorted(found - TRUSTED))}; it is not read")
    return loads(content, trusted=sorted(found))


def dump_arrays(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Arrays as safetensors."""
    from safetensors.numpy import save  # noqa: PLC0415 - safetensors where it is used

    return bytes(save({name: np.ascontiguousarray(array) for name, array in arrays.items()}))


def load_arrays(content: bytes) -> dict[str, NDArray[Any]]:
    """Arrays from safetensors."""
    from safetensors.numpy import load  # noqa: PLC0415 - safetensors where it is used

    return dict(load(content))
