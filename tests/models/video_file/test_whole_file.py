"""Files that are whole or not there, whatever happens to who writes them."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from models.video_file.whole_file import whole_file

pytestmark = pytest.mark.video

WRITER = """
import sys, time
from pathlib import Path
from models.video_file.whole_file import whole_file
with whole_file(Path(sys.argv[1])) as unfinished:
    unfinished.write_bytes(b"half")
    print("writing", flush=True)
    time.sleep(60)
"""


def writing(path: Path) -> subprocess.Popen[str]:
    """A process that is in the middle of it."""
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "writing\n"
    return process


def finish(process: subprocess.Popen[str], how: signal.Signals) -> None:
    process.send_signal(how)
    process.wait()
    assert process.stdout
    process.stdout.close()


def left(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir() if file.name.endswith(".part"))


def test_what_a_killed_writer_left_is_removed_by_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / "60 [a].mp4"
    path.write_bytes(b"good")
    finish(writing(path), signal.SIGKILL)
    assert len(left(tmp_path)) == 1
    assert path.read_bytes() == b"good"
    with whole_file(tmp_path / "0.mp4") as other:
        other.write_bytes(b"another segment")
    assert len(left(tmp_path)) == 1, "another segment's remains are not this one's business"
    with whole_file(path) as unfinished:
        unfinished.write_bytes(b"better")
    assert left(tmp_path) == []
    assert path.read_bytes() == b"better"


def test_a_writer_who_is_still_at_work_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "0.mp4"
    process = writing(path)
    try:
        before = left(tmp_path)
        with whole_file(path) as unfinished:
            unfinished.write_bytes(b"whole")
        assert left(tmp_path) == before
        assert path.read_bytes() == b"whole"
    finally:
        finish(process, signal.SIGKILL)


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with whole_file(tmp_path / "0.mp4") as unfinished:
            unfinished.write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list(tmp_path.iterdir()) == []
