"""Which format a capture is in."""

from pathlib import Path

from models.radiance_field.captures.capture import BrokenCapture, Capture
from models.radiance_field.captures.colmap import model_in, read_colmap
from models.radiance_field.captures.llff import read_llff
from models.radiance_field.captures.transforms import read_blender, read_nerfstudio


def read_capture(folder: Path) -> Capture:
    """The capture in a folder, or in the one folder inside of it.

    Raises:
        BrokenCapture: None of the formats is there, or a file is not as its format has it.
    """
    inside = [path for path in folder.iterdir() if not path.name.startswith((".", "__MACOSX"))]
    if len(inside) == 1 and inside[0].is_dir() and inside[0].name not in {"sparse", "images"}:
        return read_capture(inside[0])  # people zip the folder rather than what is in it
    if (folder / "transforms_train.json").exists():
        return read_blender(folder)
    if (folder / "transforms.json").exists():
        return read_nerfstudio(folder)
    if (folder / "poses_bounds.npy").exists():
        return read_llff(folder)
    if model_in(folder) is not None:
        return read_colmap(folder)
    raise BrokenCapture(
        "the poses are missing: give transforms_train.json (Blender), transforms.json (nerfstudio), poses_bounds.npy "
        "(LLFF) or sparse/0 (COLMAP, which finds poses from pictures alone)"
    )
