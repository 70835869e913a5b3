"""The commands, against a gateway."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State, StateType
from prefect.logging.handlers import APILogHandler

from deployments.client import Client
from tests.deployments.cli.conftest import COMMAND, Aiflows
from tests.deployments.client.served import CONTENT, OPEN, Served, count, fail, wait

pytestmark = pytest.mark.gateway

HEARING_CTRL_C = [
    sys.executable,
    "-c",
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])",
]
"""Starts a command as a terminal does; what a shell started in the background is deaf to Ctrl-C, and hands that on."""


def test_submit_prints_the_id_for_scripts(served: Served, aiflows: Aiflows):
    ran = aiflows("submit", served.deploy(count), "-p", "upto=2", "--file", "-", text='{"word": "7", "upto": 9}')
    assert ran.exit_code == 0, ran.stderr
    run_id = UUID(ran.stdout.strip())
    assert f"aiflows watch {run_id}" in ran.stderr
    served.perform(count, run_id)
    made = json.loads(aiflows("result", run_id, "--json").stdout)
    assert (made["numbers"], made["word"]) == ([1, 2], "7")
    assert "numbers: 1, 2" in aiflows("result", run_id).stdout.splitlines()


def test_submit_and_wait(served: Served, aiflows: Aiflows):
    flow = served.deploy(wait)
    ran = aiflows("submit", flow, "--idempotency-key", "one", "--wait", "0.2")
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert "goes on" in ran.stderr
    [run] = [run for run in json.loads(aiflows("list", "--json").stdout) if run["flow"] == flow]
    worker = served.perform_later(wait, UUID(run["run_id"]))
    OPEN.set()
    ran = aiflows("--json", "submit", flow, "--idempotency-key", "one", "--wait", "30")
    worker.join()
    assert (ran.exit_code, json.loads(ran.stdout)["numbers"]) == (0, [1])


def test_submit_and_watch_in_a_pipe(served: Served, aiflows: Aiflows):
    flow = served.deploy(count)
    with Client() as client:
        run = client.submit(flow, {}, idempotency_key="two")
    served.perform(count, run.run_id)
    ran = aiflows("submit", flow, "--watch", "--idempotency-key", "two")
    assert ran.exit_code == 0, ran.stderr
    assert "state  Completed" in ran.stderr
    assert ran.stdout.splitlines()[0] == "numbers: 1, 2, 3"
    assert "\x1b" not in ran.stdout + ran.stderr


def test_watch_tells_of_children(served: Served, aiflows: Aiflows):
    with Client() as client, get_client(sync_client=True) as prefect:
        parent = client.submit(served.deploy(wait), {})
        deployment = prefect.read_deployment_by_name(served.deploy(count))
        child = prefect.create_flow_run_from_deployment(
            deployment.id, name="first", tags=[f"parent:{parent.run_id}"], parameters={"request": {}}
        )
    OPEN.set()
    for flow, run_id in ((count, child.id), (wait, parent.run_id)):
        served.perform(flow, run_id)
    ran = aiflows("watch", parent.run_id)
    assert ran.exit_code == 0
    assert f"child  first  Completed  {child.id}" in ran.stdout.splitlines()


def test_watch_tells_of_failure(served: Served, aiflows: Aiflows):
    flow = served.deploy(fail)
    with Client() as client:
        run = client.submit(flow, {"upto": 4})
    served.perform(fail, run.run_id)
    ran = aiflows("watch", run.run_id)
    assert ran.exit_code == 1
    assert "can't count to 4" in ran.stdout
    ran = aiflows("watch", run.run_id, "--json")
    assert ran.exit_code == 1
    events = [json.loads(line) for line in ran.stdout.splitlines()]
    assert events[-1]["kind"] == "end"
    assert events[-1]["state"] == "Failed"
    ran = aiflows("result", run.run_id)
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr.startswith("aiflows: The run ended Failed")


def test_ctrl_c_leaves_the_run_going(served: Served):
    with Client() as client:
        run = client.submit(served.deploy(wait), {})
        worker = served.perform_later(wait, run.run_id)
        command = [*HEARING_CTRL_C, *COMMAND, "watch", str(run.run_id)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as watching:
            assert watching.stdout is not None
            assert any("Running" in line for line in watching.stdout)
            watching.send_signal(signal.SIGINT)
            _, told = watching.communicate(timeout=30)
        assert watching.returncode == 130
        assert f"aiflows cancel {run.run_id}" in told
        assert "Traceback" not in told
        assert client.run(run.run_id).state == "Running"
    OPEN.set()
    worker.join()


def test_a_partial_orchestration_is_no_success(served: Served, aiflows: Aiflows):
    with Client() as client, get_client(sync_client=True) as prefect:
        run = client.submit(served.deploy(count), {})
        state = State(type=StateType.COMPLETED, name="Partial", message="Not completed: second failed")
        prefect.set_flow_run_state(run.run_id, state, force=True)
    ran = aiflows("watch", run.run_id)
    assert ran.exit_code == 1
    assert "state  Partial  Not completed: second failed" in ran.stdout.splitlines()


def test_watch_on_a_terminal(served: Served):
    with Client() as client:
        run = client.submit(served.deploy(wait), {})
    worker = served.perform_later(wait, run.run_id)
    shown, code = on_a_terminal("watch", run.run_id, until=b"10%", then=OPEN.set)
    worker.join()
    assert code == 0
    assert re.search(r"client-wait/test-\w+\s+Completed\s+10%\s+\d+\.\d s", shown.splitlines()[-1])


def on_a_terminal(*arguments: object, until: bytes, then: Callable[[], object]) -> tuple[str, int]:
    """What a command shows, and its exit code; `then` is called once it has shown `until`."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "150", "TERM": "xterm"}
    with subprocess.Popen(
        [*COMMAND, *map(str, arguments)], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    ) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                shown += os.read(ours, 4096)
            except OSError:  # how Linux tells that the terminal's other end was closed
                break
            if until in shown:
                then()
    os.close(ours)
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
    return text.strip(), process.returncode


def test_download_every_file(served: Served, aiflows: Aiflows, tmp_path: Path):
    with Client() as client:
        run = client.submit(served.deploy(count), {"files": 2})
    served.perform(count, run.run_id)
    ran = aiflows("download", run.run_id, "--to", "here")
    assert ran.exit_code == 0, ran.stderr
    assert [(tmp_path / line).read_bytes() for line in ran.stdout.splitlines()] == [CONTENT, CONTENT]
    told = json.loads(aiflows("download", run.run_id, "--json").stdout)
    assert [one["file"] for one in told] == [f"{run.run_id}/0.bin", f"{run.run_id}/1.bin"]


def test_upload_prints_the_uri(served: Served, aiflows: Aiflows, tmp_path: Path):
    (tmp_path / "t.csv").write_text("id,amount\n1,2\n")
    ran = aiflows("upload", "t.csv")
    assert re.fullmatch(r"asset://uploads/[0-9a-f]+/t\.csv\n", ran.stdout), ran.stderr
    (tmp_path / "t.exe").write_bytes(b"MZ")
    ran = aiflows("upload", "t.exe")
    assert (ran.exit_code, ran.stdout) == (4, "")


def test_list_and_cancel(served: Served, aiflows: Aiflows):
    flow = served.deploy(count)
    with Client() as client:
        run = client.submit(flow, {})
    heading, *lines = aiflows("list", "--capability", "crypto", "--since", "2026-01-01", "--limit", 100).stdout.split(
        "\n"
    )
    assert heading.split("\t")[:3] == ["run", "flow", "state"]
    [line] = [line.split("\t") for line in lines if flow in line]
    assert line[:3] == [str(run.run_id), flow, "Scheduled"]
    ran = aiflows("cancel", run.run_id)
    assert (ran.exit_code, ran.stdout) == (0, f"{run.run_id}\n")


def test_flows_and_an_api_key_from_the_environment(served_alone: Served, aiflows: Aiflows):
    flow = served_alone.deploy(count)
    assert any(line.startswith(f"{flow}\tcrypto") for line in aiflows("flows").stdout.splitlines())
    described = aiflows("flows", flow).stdout.splitlines()
    assert described[0] == f"{flow}: A deployment of the client's tests."
    assert "upto\tinteger\t3\tLast number. (at least 1, at most 10)" in described
    assert aiflows("flows", "no-such").exit_code == 4
    _, admin = served_alone.keys.add("admin", frozenset({"admin"}))
    ran = aiflows("flows")
    assert ran.exit_code == 4
    assert "API key" in ran.stderr
    assert aiflows("flows", AIFLOWS_API_KEY=admin).exit_code == 0


def test_logs_cannot_take_over_a_terminal(served: Served, aiflows: Aiflows):
    with Client() as client:
        run = client.submit(served.deploy(count), {"lines": 120})
    served.perform(count, run.run_id)
    APILogHandler().flush()
    lines = aiflows("logs", run.run_id).stdout.splitlines()
    assert "INFO      line 119 [31m" in "\n".join(lines)
    assert not any("\x1b" in line for line in lines)
    followed = aiflows("logs", run.run_id, "--follow", "--json").stdout.splitlines()
    assert [json.loads(line)["message"] for line in followed].count("line 0 \x1b[31m") == 1


def test_what_the_gateway_refuses(served: Served, aiflows: Aiflows):
    ran = aiflows("submit", served.deploy(count), "-p", "upto=11")
    assert (ran.exit_code, ran.stdout) == (4, "")
    assert "/request/upto: 11 is greater than the maximum of 10" in ran.stderr
    ran = aiflows("--json", "watch", uuid4())
    assert (ran.exit_code, json.loads(ran.stderr)["exit_code"]) == (4, 4)
