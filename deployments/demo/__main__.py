"""`make demo`: the main job, from a stack that is not there to finished runs that can be looked at."""

import sys

import httpx
from rich.console import Console

from deployments.demo.case import open_case
from deployments.demo.request import demo_request
from deployments.demo.results import render, render_case
from deployments.demo.watch import Watch
from deployments.stack.errors import StackError
from deployments.stack.layout import Layout, RunningStack
from deployments.stack.start import start
from deployments.stack.stop import stop
from deployments.stack.supervisor import Supervisor

WAIT_SECONDS = 480


def main() -> int:
    """Run the demo; 0 when every task completed. A stack that is up is used and left up."""
    console = Console()
    layout = Layout()
    running = RunningStack.read(layout) if Supervisor(layout).is_running else None
    try:
        if running is None:
            with console.status("starting") as progress:
                stack = start(layout, progress.update)
        else:
            stack = running
        console.print(f"stack   gateway {stack.gateway_url}   Prefect UI {stack.prefect_ui_url}")
        return _ask(console, stack.gateway_url)
    except StackError as error:
        console.print(f"[red]{error}[/]", highlight=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        console.print("\nInterrupted.")
        return 130
    finally:
        if running is None:
            with console.status("stopping what was started"):
                stop(layout)
            console.print("Stopped. `make up` brings the stack back with these runs in its UI.")


def _ask(console: Console, gateway_url: str) -> int:
    with httpx.Client(base_url=gateway_url, timeout=30) as gateway:
        body = demo_request()
        console.print(f"request POST /api/v1/orchestrate: {', '.join(task['type'] for task in body['tasks'])}\n")
        accepted = gateway.post("/api/v1/orchestrate", json=body).raise_for_status().json()
        run = Watch(gateway, accepted["run_id"]).until_final(console, WAIT_SECONDS)
        if run["state"] != "Completed":
            console.print(f"[red]The run ended {run['state']}: {run['message']}[/] {run['links']['ui']}")
            return 1
        orchestration = gateway.get(f"/api/v1/runs/{run['run_id']}/result").raise_for_status().json()
        for task in orchestration["tasks"]:
            console.print()
            if task["state"] != "completed":
                console.print(f"[red]{task['id']} {task['state']}: {task['error']}[/]")
                continue
            child = gateway.get(f"/api/v1/runs/{task['run_id']}").raise_for_status().json()
            console.print(render(task["type"], task["result"], child["links"]["ui"]))
        found = open_case(gateway)
        if found:
            console.print()
            console.print(render_case(found))
        console.print(f"\nwhole run {run['links']['ui']}")
        return 0 if orchestration["outcome"] == "succeeded" else 1


if __name__ == "__main__":
    sys.exit(main())
