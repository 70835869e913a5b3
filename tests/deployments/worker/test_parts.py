"""Parts of the worker that need no server."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from prefect.client.orchestration import PrefectClient

from blocks.settings import get_settings
from deployments.worker import WarmWorker
from deployments.worker.exit_reason import exit_reason
from deployments.worker.fleet import LONGEST_PAUSE, pause_after
from deployments.worker.flow_loading import module_name, with_warm_companions
from deployments.worker.host_lock import host_lock
from deployments.worker.isolation import isolated
from deployments.worker.job_configuration import UnusableJobVariables, resolved
from deployments.worker.owner import Owner
from deployments.worker.settings import WarmSettings

pytestmark = pytest.mark.worker


@pytest.mark.parametrize("name", ["local-interactive", "Warm Worker 1: gpu", "ü"])
def test_owner_is_read_back_from_where_it_is_written(name: str) -> None:
    owner = Owner.this_process(name).with_executor(4711)
    assert Owner.parse(f"Claimed by {owner}") == owner
    assert Owner.parse(str(owner)) == owner


@pytest.mark.parametrize("text", [None, "", "host:12:13", "Flow run infrastructure exited"])
def test_other_text_names_no_owner(text: str | None) -> None:
    assert Owner.parse(text) is None


def test_owner_knows_whether_its_process_is_there() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    here = Owner.this_process("me")
    assert here.is_local
    assert here.is_running_here
    other = Owner(here.host, child.pid, 0, here.started, "me")
    assert not other.is_running_here, "a process id that was given out again is another process"
    child.communicate(b"\n")
    assert not here.is_process_of(other)


@pytest.mark.parametrize(
    ("code", "words"),
    [(0, "exit code 0"), (3, "exit code 3"), (-9, "SIGKILL"), (-11, "segmentation"), (-64, "SIGRTMAX"), (None, "gone")],
)
def test_exit_reason_names_what_happened(code: int | None, words: str) -> None:
    assert words.replace("gone", "vanished") in exit_reason(code)


def test_executors_that_keep_failing_are_started_ever_slower_and_never_given_up() -> None:
    pauses = [pause_after(failures) for failures in (0, 1, 5, 9, 5000)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE


def test_isolation_puts_everything_back(tmp_path: Path) -> None:
    before = dict(os.environ), Path.cwd(), list(sys.path), list(logging.getLogger().handlers)
    with isolated({"WARM_TEST": "1", "GATEWAY_PORT": "8123"}):
        assert get_settings().gateway_port == 8123
        assert os.environ["WARM_TEST"] == "1"
        os.environ["PATH"] = "elsewhere"
        os.chdir(tmp_path)
        sys.path.insert(0, "elsewhere")
        logging.getLogger().addHandler(logging.NullHandler())
        logging.getLogger("made in a run").addHandler(logging.StreamHandler())
        logging.disable()
    assert (dict(os.environ), Path.cwd(), list(sys.path), list(logging.getLogger().handlers)) == before
    assert get_settings().gateway_port != 8123
    assert logging.getLogger("made in a run").handlers == []
    assert logging.getLogger().isEnabledFor(logging.CRITICAL)


@pytest.mark.parametrize(
    ("entrypoint", "module"),
    [
        ("deployments/worker/owner.py:Owner", "deployments.worker.owner"),
        ("deployments.worker.owner.Owner", "deployments.worker.owner"),
        ("no/such/module.py:flow", None),
        ("/absolute/module.py:flow", None),
        ("not-a-module.py:flow", None),
    ],
)
def test_entrypoints_are_imported_as_modules_where_they_can_be(entrypoint: str, module: str | None) -> None:
    assert module_name(entrypoint) == module


def test_template_offers_what_is_heeded_and_uses_what_it_offers() -> None:
    template = WarmWorker.get_default_base_job_template()
    offered = template["variables"]["properties"]
    assert set(offered) == {"env", "lane", "restarts", "memory_limit_mb"}
    assert template["job_configuration"] == {name: "{{ " + name + " }}" for name in offered}
    assert all(field["description"] and field["title"] for field in offered.values())


async def test_refused_job_variables_are_named_without_their_values() -> None:
    """A value may be a secret out of a block."""
    template = WarmWorker.get_default_base_job_template()
    async with PrefectClient("http://127.0.0.1:1/api") as client:
        with pytest.raises(UnusableJobVariables, match="restarts: Input should be a valid integer") as refused:
            await resolved(client, template, {"restarts": "hunter2"}, {})
    assert "hunter2" not in str(refused.value)


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARM_EXECUTORS", "7")
    monkeypatch.setenv("WARM_PRELOAD", "json, csv,")
    settings = WarmSettings()
    assert settings.executors == 7
    assert settings.preload_modules == ["json", "csv"]


def test_host_lock_admits_one() -> None:
    with host_lock("test: one") as first, host_lock("test: one") as second, host_lock("test: other") as other:
        assert (first, second, other) == (True, False, True)


def test_importing_the_worker_is_cheap() -> None:
    """Every Prefect command that lists worker types imports it."""
    code = (
        "import prefect.workers.base, sys; before = set(sys.modules); import deployments.worker\n"
        "print(*(set(sys.modules) - before))"
    )
    new = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    ours = {"deployments", *(name for name in new if name.startswith("deployments.worker"))}
    assert set(new) <= ours
    assert len(ours) <= 5


def test_a_package_may_say_what_its_flows_import_late() -> None:
    names = ["flows.crypto.prediction", "flows.orchestration", "no.such.module", "json"]

    assert with_warm_companions(names) == sorted([*names, "flows.crypto.warm"])
