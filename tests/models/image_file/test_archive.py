"""Archives from anyone."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.image_file import PictureError, read_archive, write_animation

pytestmark = pytest.mark.image


def png(value: int) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(np.full((9, 12, 3), value, np.uint8)).save(stream, "PNG")
    return stream.getvalue()


def written(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def test_pictures_come_in_the_order_of_their_names_and_other_files_are_passed_over(tmp_path: Path) -> None:
    others = {"../../x.png": png(9), "__MACOSX/a.png": b"?", ".a.png": b"?", "notes.txt": b"?", "dir/": b""}
    file = written(tmp_path / "a.zip", {"b/2.PNG": png(2), "a/1.png": png(1), **others})
    assert [int(picture[0, 0, 0]) for picture in read_archive(file, 10)] == [1, 2]


def test_too_many_are_refused_before_any_is_read(tmp_path: Path) -> None:
    file = written(tmp_path / "a.zip", {f"{number}.png": b"?" for number in range(4)})
    with pytest.raises(PictureError, match="at most 3"):
        next(read_archive(file, 3))


def test_an_entry_that_unfolds_without_end_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.image_file.archive._LARGEST", 2**20)
    file = written(tmp_path / "a.zip", {"bomb.png": bytes(2**24)})
    assert file.stat().st_size < 2**17
    with pytest.raises(PictureError, match="more than 1 MiB"):
        next(read_archive(file, 3))


def test_what_is_no_archive_is_said(tmp_path: Path) -> None:
    whole = written(tmp_path / "a.zip", {"a.png": png(1), "b.png": png(2)}).read_bytes()
    for number, data in enumerate((b"", b"PK\x03\x04", whole[:60], whole[:-30], png(1))):
        file = tmp_path / f"{number}.zip"
        file.write_bytes(data)
        with pytest.raises(PictureError, match="no zip archive"):
            list(read_archive(file, 9))


def test_an_animation_has_its_frames_and_time() -> None:
    data = write_animation((np.full((8, 8, 3), value, np.uint8) for value in (0, 90, 250)), 10)
    with Image.open(io.BytesIO(data)) as moving:
        assert (moving.format, moving.n_frames, moving.size) == ("WEBP", 3, (8, 8))
        moving.seek(2)
        moving.load()
        assert moving.info["duration"] == 100
