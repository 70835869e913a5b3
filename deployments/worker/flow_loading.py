"""Finds a deployment's flow, imported once a process."""

import importlib
import importlib.util
from collections.abc import Iterable
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
    return name if _exists(name) else None


def with_warm_companions(names: Iterable[str]) -> list[str]:
    """The modules, and of each package among theirs the module `warm`: what its flows import late, where it has one."""
    modules = set(names)
    companions = {f"{package}.warm" for name in modules if (package := name.rpartition(".")[0])}
    return sorted(modules | {name for name in companions if _exists(name)})


def _exists(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


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
