"""The stack: server, workers and gateway, where it is up."""

import httpx

from blocks.settings import get_settings
from deployments.doctor.finding import Finding, Verdict
from deployments.scorer.address import scorer_client
from deployments.stack.layout import Layout
from deployments.stack.supervisor import Supervisor
from deployments.stack.work_pools import POOLS


def stack() -> list[Finding]:
    """Each program, then what the server says of its workers and the gateway of itself."""
    layout = Layout()
    supervisor = Supervisor(layout)
    if not supervisor.is_running:
        return [Finding("stack", Verdict.NOTE, "not up", "make up")]
    programs = [
        Finding(program.name, Verdict.FINE, f"running, pid {program.pid}")
        if program.state == "RUNNING"
        else Finding(program.name, Verdict.WRONG, program.description, f"See {supervisor.log(program.name)}")
        for program in supervisor.status()
    ]
    return [*programs, *(_workers(pool) for pool in POOLS), _scorer(), _gateway()]


def _workers(pool: str) -> Finding:
    subject = f"workers of {pool}"
    try:
        answer = httpx.post(f"{get_settings().prefect_api_url}/work_pools/{pool}/workers/filter", timeout=5)
        answer.raise_for_status()
    except httpx.HTTPError as error:
        return Finding(
            subject, Verdict.WRONG, f"Prefect does not answer ({type(error).__name__})", "make down && make up"
        )
    online = [worker["name"] for worker in answer.json() if worker["status"] == "ONLINE"]
    if online:
        return Finding(subject, Verdict.FINE, ", ".join(online))
    return Finding(subject, Verdict.WRONG, "none online: runs wait", "make down && make up")


def _scorer() -> Finding:
    try:
        with scorer_client(get_settings(), timeout=5) as client:
            answer = client.get("/health")
    except httpx.HTTPError as error:
        return Finding("scorer", Verdict.WRONG, f"it does not answer ({type(error).__name__})", "make down && make up")
    said = answer.json()
    if answer.is_success:
        return Finding("scorer", Verdict.FINE, f"ready, model {said['model_version']}")
    return Finding("scorer", Verdict.WRONG, said["status"], "make down && make up")


def _gateway() -> Finding:
    url = f"{get_settings().gateway_url}/ready"
    try:
        answer = httpx.get(url, timeout=5)
    except httpx.HTTPError as error:
        return Finding(
            "gateway", Verdict.WRONG, f"{url} does not answer ({type(error).__name__})", "make down && make up"
        )
    if answer.is_success:
        return Finding("gateway", Verdict.FINE, "ready")
    return Finding("gateway", Verdict.WRONG, answer.text[:300], "make down && make up")
