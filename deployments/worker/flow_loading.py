"""Finds a deployment's flow, imported once a process."""

import importlib
import importlib.util
from pathlib import Path
from typing import Any

from prefect.flows import Flow, load_flow_from_entrypoint


def module_name(entrypoint: str) -> str | None:
    """Importable module of an entrypoint such as `flows/crypto/prediction.py:predict_price` or `flows.crypto.f`.

    None when the entrypoint's file is not a module of an importable package.
    """
    path, colon, _ = entrypoint.rpartition(":")
    if not colon:
        return entrypoint.rpartition(".")[0] or None
    file = Path(path)
    if file.suffix != ".py" or file.is_absolute():
        return None
    name = ".".join(file.with_suffix("").parts)
    try:
        found = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None
    return name if found is not None else None


def load_flow(entrypoint: str) -> Flow[..., Any]:
    """The flow of an entrypoint: from its imported module where there is one, else from its file.

    Raises:
        Exception: whatever importing the module raises.
        prefect.exceptions.MissingFlowError: the module has no such flow.
    """
    name = module_name(entrypoint)
    function = entrypoint.replace(":", ".").rpartition(".")[2]
    if name is not None:
        found = getattr(importlib.import_module(name), function, None)
        if isinstance(found, Flow):
            return found
    return load_flow_from_entrypoint(entrypoint, use_placeholder_flow=False)
