"""Hostile and odd requests, made from the application's own OpenAPI document, against the application as it runs."""

import re
from pathlib import Path

from factory_flows.proof.command import Workshop
from factory_flows.proof.environment import tools
from factory_flows.proof.report import Check


def fuzz(folder: Path, url: str, *, examples: int, token: str | None = None) -> Check:
    """Run schemathesis with all its checks: no 5xx, nothing that the document does not say.

    Args:
        folder: Where the project's `schemathesis.toml` is.
        examples: Requests for each operation and phase, at most.
        token: A bearer token of someone who may do everything.

    Raises:
        NotInstalled: schemathesis can't be had.
    """
    words = [str(tools() / "bin" / "schemathesis"), "run", f"{url}/openapi.json", "--checks", "all"]
    words += ["--max-examples", str(examples), "--seed", "1", "--no-color", "--workers", "1"]
    words += ["--header", f"Authorization: Bearer {token}"] if token else []
    ended = Workshop(folder).run(*words, timeout=60 + 30 * examples)
    check = ended.check("no request makes it fail or say what it does not promise", told=_figures(ended.output))
    return check.model_copy(update={"command": check.command.replace(token, "…") if token else check.command})


def _figures(output: str) -> str:
    found = re.findall(r"(\d[\d,]*) (?:generated|passed|test cases)", output)
    return f"{found[-1]} requests" if found else ""
