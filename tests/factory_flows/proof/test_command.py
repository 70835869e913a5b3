"""Commands that prove something: bounded in time and output, and told no secrets."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from factory_flows.proof.cache import cached
from factory_flows.proof.command import Workshop, harmless
from factory_flows.proof.rank import Rank, weakest
from factory_flows.proof.report import Check, ranked
from factory_flows.proof.server import NotStarted, running

pytestmark = pytest.mark.factory


def python(folder: Path, code: str, timeout: float = 20) -> tuple[int | None, str]:
    ended = Workshop(folder).run(sys.executable, "-c", code, timeout=timeout)
    return ended.code, ended.output


def test_what_takes_too_long_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    child = tmp_path / "child"
    code = f"import os, time\nif os.fork() == 0:\n  open({str(child)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)"
    began = time.monotonic()
    assert python(tmp_path, code, timeout=1.5)[0] is None
    assert time.monotonic() - began < 15
    with pytest.raises(ProcessLookupError):
        _await_end(int(child.read_text()))


def test_a_killed_worker_leaves_no_command_behind(tmp_path: Path) -> None:
    child = tmp_path / "child"
    code = f"import os, time; open({str(child)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    worker = (
        f"import sys; from pathlib import Path; from factory_flows.proof.command import Workshop\n"
        f"Workshop(Path({str(tmp_path)!r})).run(sys.executable, '-c', {code!r}, timeout=60)"
    )
    with subprocess.Popen([sys.executable, "-c", worker]) as process:
        deadline = time.monotonic() + 30
        while not (child.exists() and child.read_text()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.kill()
    with pytest.raises(ProcessLookupError):
        _await_end(int(child.read_text()))


def _await_end(pid: int) -> None:
    for _ in range(100):
        os.kill(pid, 0)
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            raise ProcessLookupError
        time.sleep(0.05)


def test_the_last_of_much_output_is_kept(tmp_path: Path) -> None:
    code, output = python(tmp_path, "print('x' * 10_000_000); print('the end')")
    assert code == 0
    assert output.endswith("the end")
    assert len(output) <= 4000


def test_secrets_are_not_handed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "PREFECT_API_URL", "WAREHOUSE_DATABASE_URL", "MY_PASSWORD", "github_token"):
        monkeypatch.setenv(name, "hidden-value")
    assert "hidden-value" not in python(tmp_path, "import os; print(dict(os.environ))")[1]
    assert harmless({"PATH": "/bin", "PYTHONPATH": "/ours"}) == {"PATH": "/bin"}


def test_a_failed_check_says_what_was_printed(tmp_path: Path) -> None:
    ended = Workshop(tmp_path).run(sys.executable, "-c", "print('why'); raise SystemExit(3)", timeout=20)
    check = ended.check("works", told="a figure")
    assert (check.passed, check.told) == (False, "why")
    assert check.command.startswith("python")


def test_a_server_that_ends_at_once_says_what_it_printed(tmp_path: Path) -> None:
    words = (sys.executable, "-c", "print('no such table'); raise SystemExit(1)")
    with pytest.raises(NotStarted, match="no such table"), running(Workshop(tmp_path), words):
        pass


def test_a_server_that_never_answers_is_ended(tmp_path: Path) -> None:
    words = (sys.executable, "-c", "import time; time.sleep(60)")
    with pytest.raises(NotStarted, match="in time"), running(Workshop(tmp_path), words, timeout=1):
        pass


def test_something_is_installed_once_and_again_after_it_broke_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    installed = []

    def install(folder: Path) -> None:
        assert list(folder.iterdir()) == []
        installed.append(folder)
        (folder / "half").touch()
        if len(installed) == 1:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        cached("python", b"lock", install)
    folder = cached("python", b"lock", install)
    assert cached("python", b"lock", install) == folder
    assert len(installed) == 2
    assert cached("python", b"another lock", install) != folder


def test_a_part_is_never_better_than_its_weakest_check() -> None:
    good, bad = (Check(name="it", passed=passed, seconds=0) for passed in (True, False))
    assert ranked("backend", Rank.RAN, [good]).rank is Rank.RAN
    assert ranked("backend", Rank.RAN, [good, bad]).rank is Rank.FAILED
    assert ranked("backend", Rank.RAN, []).rank is Rank.UNPROVEN
    assert weakest([Rank.RAN, Rank.PARSED, Rank.VALIDATED]) is Rank.PARSED
    assert weakest([]) is Rank.UNPROVEN
