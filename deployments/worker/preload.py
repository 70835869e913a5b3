"""Imports what executors need, once, in the process that they are forked from."""

import importlib
import os

VARIABLE = "WARM_PRELOADED_MODULES"

# What running a flow imports late: better before the fork than in each executor.
ENGINE = (
    "prefect.flow_engine",
    "prefect.task_engine",
    "prefect.events.clients",
    "prefect.artifacts",
    "prefect.runtime",
)

problems: list[str] = []
"""Modules that could not be imported, and why. Executors report them when they start."""


def preload() -> None:
    """Import the modules named in the environment; one that fails is a problem to report, not the end."""
    for name in (*ENGINE, *filter(None, os.environ.get(VARIABLE, "").split(","))):
        try:
            importlib.import_module(name)
        except Exception as error:  # noqa: BLE001  whatever a module raises at import is its own affair
            problems.append(f"{name}: {type(error).__name__}: {error}")


preload()
