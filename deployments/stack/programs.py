"""The programs of a local stack, as the supervisor's configuration file."""

import configparser
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from deployments.stack.layout import PROJECT, Layout
from deployments.stack.work_pools import POOLS

WORKERS = {"WARM_PRELOAD": "xgboost,matplotlib.pyplot,talib,ccxt,pandas,sklearn"}
"""What warm executors import before their first run, which would wait seconds for it otherwise."""


@dataclass(frozen=True)
class Program:
    """One process that the supervisor keeps running."""

    name: str
    arguments: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    stop_seconds: int = 15
    """How long it may take to finish what it does before it is killed."""


def programs(layout: Layout, server_environment: dict[str, str]) -> list[Program]:
    """The stack's programs, in the order in which they are started."""
    port = str(layout.settings.prefect_server_api_port)
    serve = ("prefect", "server", "start", "--host", "127.0.0.1", "--port", port)
    listed = [
        Program("prefect-server", serve, server_environment),
        Program("scorer", ("deployments.scorer",), {"MALLOC_ARENA_MAX": "2"}),
        Program("gateway", ("deployments.gateway",)),
        *(
            Program(f"worker-{pool}", _worker(pool, kind), WORKERS, stop_seconds=45)
            for pool, (kind, _) in POOLS.items()
        ),
    ]
    if layout.settings.database_url is None:
        listed.insert(0, Program("postgres", ("deployments.stack.postgres",), stop_seconds=30))
    return listed


def _worker(pool: str, kind: str) -> tuple[str, ...]:
    return ("prefect", "worker", "start", "--pool", pool, "--type", kind, "--name", f"local-{pool}")


def write_configuration(layout: Layout, listed: list[Program]) -> None:
    """Write the supervisor's configuration; nothing starts by itself, so that the stack starts in order."""
    layout.logs.mkdir(parents=True, exist_ok=True)
    socket = str(layout.supervisor_socket)
    configuration = configparser.RawConfigParser()
    configuration.read_dict(
        {
            "unix_http_server": {"file": socket, "chmod": "0700"},
            "supervisorctl": {"serverurl": f"unix://{socket}"},
            "rpcinterface:supervisor": {
                "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
            },
            "supervisord": {
                "logfile": _escaped(layout.logs / "supervisor.log"),
                "pidfile": _escaped(layout.home / "supervisord.pid"),
                "directory": _escaped(PROJECT),
                "minfds": "1024",
            }
            | ({"user": "root"} if os.geteuid() == 0 else {}),  # says that root is meant
        }
        | {f"program:{program.name}": _section(program, layout) for program in listed}
    )
    with layout.supervisor_configuration.open("w") as file:
        configuration.write(file)
    layout.supervisor_configuration.chmod(0o600)  # it may hold a database password


def _section(program: Program, layout: Layout) -> dict[str, str]:
    environment = ",".join(f'{name}="{_escaped(value)}"' for name, value in program.environment.items())
    return {
        "command": _escaped(" ".join(f'"{word}"' for word in (sys.executable, "-m", *program.arguments))),
        "environment": environment,
        "autostart": "false",
        "autorestart": "true",
        "startretries": "20",
        "stopwaitsecs": str(program.stop_seconds),
        "stopasgroup": "false",
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": _escaped(layout.logs / f"{program.name}.log"),
        "stdout_logfile_maxbytes": "10MB",
        "stdout_logfile_backups": "3",
    }


def _escaped(value: str | Path) -> str:
    return str(value).replace("%", "%%")
