"""Imports what executors need: in the process that they are forked from, or in each of them."""

import importlib
import os
import sys

VARIABLE = "WARM_PRELOADED_MODULES"

# What running a flow imports late: better before the fork than in each executor.
ENGINE = (
    "prefect.flow_engine",
    "prefect.task_engine",
    "prefect.events.clients",
    "prefect.artifacts",
    "prefect.runtime",
)

problems: dict[str, str] = {}
"""Modules that could not be imported, and why. Executors report them when they start."""


def preload() -> None:
    """Import the modules named in the environment; one that fails is a problem to report, not the end."""
    for name in (*ENGINE, *filter(None, os.environ.get(VARIABLE, "").split(","))):
        if name in sys.modules:
            continue
        try:
            importlib.import_module(name)
        except Exception as error:  # noqa: BLE001  whatever a module raises at import is its own affair
            problems[name] = f"{name}: {type(error).__name__}: {error}"
