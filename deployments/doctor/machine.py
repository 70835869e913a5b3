"""The machine: interpreter, packages, memory, disk, GPU, ports, network."""

import os
import shutil
import socket
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from blocks.settings import get_settings
from deployments.doctor.finding import Finding, Verdict
from deployments.stack.layout import PROJECT, Layout
from deployments.stack.preflight import port_is_taken
from deployments.stack.supervisor import Supervisor

GIB = 2**30
MEMORY_WANTED = 4 * GIB
DISK_WANTED = 5 * GIB


def interpreter() -> Finding:
    """Python 3.11 to 3.13."""
    seen = f"Python {sys.version.split()[0]}"
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Finding("Python", Verdict.FINE, seen)
    return Finding("Python", Verdict.WRONG, seen, "Use Python 3.11: make clean && make PYTHON=python3.11 setup")


def packages() -> Finding:
    """Every pinned package that is installed has the pinned version."""
    lines = (PROJECT / "constraints.txt").read_text().splitlines()
    pinned = dict(line.split("==") for line in lines if "==" in line)
    other = [name for name, wanted in pinned.items() if _installed(name) not in {wanted, None}]
    if not other:
        return Finding("packages", Verdict.FINE, "as pinned")
    return Finding("packages", Verdict.WRONG, f"not as pinned: {', '.join(other)}", "make clean && make setup")


def _installed(name: str) -> str | None:
    try:
        return version(name).partition("+")[0]  # pip takes torch 2.13.0+cpu for 2.13.0, too
    except PackageNotFoundError:
        return None


def memory() -> Finding:
    """Four GiB free: the stack takes about two."""
    free = psutil.virtual_memory().available
    seen = f"{free / GIB:.1f} GiB available of {psutil.virtual_memory().total / GIB:.1f}, {os.cpu_count()} cores"
    if free >= MEMORY_WANTED:
        return Finding("memory", Verdict.FINE, seen)
    return Finding("memory", Verdict.NOTE, seen, "Close other programs; WARM_EXECUTORS=1 make up takes less.")


def disk() -> Finding:
    """Five GiB free where the data folder is."""
    folder = get_settings().home
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    seen = f"{free / GIB:.0f} GiB free for {get_settings().home}"
    if free >= DISK_WANTED:
        return Finding("disk", Verdict.FINE, seen)
    return Finding("disk", Verdict.WRONG, seen, "Make room, or put the data elsewhere: DATA_DIR=/big/disk make up")


def gpu() -> Finding:
    """NVIDIA GPUs that the driver shows."""
    found: list[str] = []
    if shutil.which("nvidia-smi"):
        asked = subprocess.run(
            ["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
        found = asked.stdout.strip().splitlines() if asked.returncode == 0 else []
    if found:
        return Finding("GPU", Verdict.FINE, "; ".join(found))
    return Finding("GPU", Verdict.NOTE, "none", "Everything runs on the CPU; GPU work is slower or goes to a cluster.")


def ports() -> list[Finding]:
    """The stack's ports, free or held by this stack."""
    settings = get_settings()
    ours = Supervisor(Layout(settings)).is_running
    findings = []
    for variable, port in {
        "GATEWAY_PORT": settings.gateway_port,
        "PREFECT_SERVER_API_PORT": settings.prefect_server_api_port,
    }.items():
        taken = port_is_taken("127.0.0.1", port)
        if taken and not ours:
            remedy = f"Stop the program that holds it, or: {variable}={port + 1} make up"
            findings.append(Finding(f"port {port}", Verdict.WRONG, "taken by another program", remedy))
        else:
            findings.append(Finding(f"port {port}", Verdict.FINE, "held by this stack" if taken else "free"))
    return findings


def network() -> Finding:
    """Whether the default exchange can be reached; without it the recorded sample serves."""
    try:
        with socket.create_connection(("api.binance.com", 443), timeout=3):
            return Finding("network", Verdict.FINE, "the exchange answers")
    except OSError as error:
        return Finding(
            "network",
            Verdict.NOTE,
            f"the exchange cannot be reached ({error})",
            "Forecasts of BTC use a recorded sample and say so; other symbols need the network.",
        )


def credentials() -> list[Finding]:
    """Credentials that are named must be there; none are needed on a laptop."""
    named = os.environ.get("GOOGLE_APPLICATION_CREDENTIALS")
    keys = os.environ.get("GATEWAY_API_KEYS_FILE") or str(get_settings().home / "api-keys.json")
    findings = []
    if named and not Path(named).is_file():
        remedy = "Point GOOGLE_APPLICATION_CREDENTIALS at the key file, or unset it."
        findings.append(Finding("Google Cloud", Verdict.WRONG, f"{named} is not there", remedy))
    else:
        seen = named or "no credentials: assets go to a folder, rows to the local database"
        findings.append(Finding("Google Cloud", Verdict.FINE if named else Verdict.NOTE, seen))
    if Path(keys).is_file():
        findings.append(Finding("API keys", Verdict.FINE, keys))
    else:
        remedy = "Fine on a laptop. Before others reach it: aiflows keys create --name NAME --scope admin"
        findings.append(Finding("API keys", Verdict.NOTE, "none: open to programs on this machine", remedy))
    return findings
