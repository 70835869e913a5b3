"""Files that killed writers leave, and what becomes of them."""

import subprocess
import sys
from pathlib import Path

import pytest

from models.video_file import encode_segment, sweep_unfinished
from models.video_file.whole_file import whole_file
from tests.models.video_file.clips import a_format, pictures

pytestmark = pytest.mark.video

WRITER = """
import sys
from pathlib import Path
from models.video_file.whole_file import whole_file
with whole_file(Path(sys.argv[1])) as unfinished:
    unfinished.write_bytes(b"half of it")
    print("writing", flush=True)
    sys.stdin.read()
"""


def a_writer(path: Path) -> subprocess.Popen[bytes]:
    """Another process in the middle of writing a file."""
    running = subprocess.Popen([sys.executable, "-c", WRITER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert running.stdout is not None
    assert running.stdout.readline() == b"writing\n"
    return running


def unfinished(folder: Path) -> list[str]:
    return sorted(path.name.rsplit(".", 2)[0] for path in folder.glob(".*.part"))


def test_what_a_killed_writer_left_goes_and_what_a_living_one_writes_stays(tmp_path: Path) -> None:
    with a_writer(tmp_path / "0.mp4") as killed, a_writer(tmp_path / "8.mp4") as living:
        killed.kill()
        killed.wait()
        assert unfinished(tmp_path) == [".0.mp4", ".8.mp4"]
        assert sweep_unfinished(tmp_path) == 1
        assert unfinished(tmp_path) == [".8.mp4"]
        assert sweep_unfinished(tmp_path) == 0
        living.communicate()
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["8.mp4"]
    assert (tmp_path / "8.mp4").read_bytes() == b"half of it"


def test_the_next_encoder_of_the_same_segment_replaces_what_was_left(tmp_path: Path) -> None:
    with a_writer(tmp_path / "0.mp4") as one, a_writer(tmp_path / "8.mp4") as other:
        for killed in (one, other):
            killed.kill()
            killed.wait()
    encode_segment(pictures(0, 2), tmp_path / "0.mp4", a_format(), 0, 2)
    assert unfinished(tmp_path) == [".8.mp4"], "another segment's is not looked at"


def test_two_writers_of_one_file_do_not_disturb_each_other(tmp_path: Path) -> None:
    path = tmp_path / "0.mp4"
    with a_writer(path) as slow:
        with whole_file(path) as quick:
            quick.write_bytes(b"all of it")
        assert path.read_bytes() == b"all of it"
        slow.communicate()
    assert path.read_bytes() == b"half of it"
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["0.mp4"]


def test_other_hidden_files_are_left_alone(tmp_path: Path) -> None:
    for name in (".0.mp4.part", ".0.mp4.abc.part", "notes.part", ".keep"):
        (tmp_path / name).write_bytes(b"")
    assert sweep_unfinished(tmp_path) == 0
    assert len([path for path in tmp_path.iterdir() if path.is_file()]) == 4
    assert sweep_unfinished(tmp_path / "not there") == 0
