"""A generated Python backend: installed, checked, migrated, tested, started, fuzzed, and started again."""

import json
import secrets
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from factory_flows.generators.documentation.openapi.document import document
from factory_flows.proof.command import Workshop
from factory_flows.proof.environment import NotInstalled, python_environment
from factory_flows.proof.fuzz import fuzz
from factory_flows.proof.report import Check
from factory_flows.proof.server import NotStarted, Running, running
from factory_flows.specification.api import collection
from factory_flows.specification.specification import Specification

EXAMPLES: Final = 15
_ADMIN: Final = "admin@example.com"
_LINTERS: Final = (
    ("nothing for its linter", ("ruff", "check", ".")),
    ("formatted", ("ruff", "format", "--check", ".")),
    ("its types hold", ("mypy",)),
    ("its layers import as its architecture says", ("lint-imports",)),
)
_MIGRATIONS: Final = (
    ("its tables are made", ("alembic", "upgrade", "head")),
    ("and removed", ("alembic", "downgrade", "base")),
    ("and made again", ("alembic", "upgrade", "head")),
)
CHECKS: Final = 1 + len(_LINTERS) + len(_MIGRATIONS) + 1 + 5
"""How many there are where all of them pass."""


@dataclass(frozen=True)
class PythonBackend:
    """A backend in a folder of its own, which the proof may fill with data.

    Attributes:
        project: The project's folder; the backend is in its `backend`.
        examples: Fuzzed requests for each operation.
    """

    project: Path
    specification: Specification
    examples: int = EXAMPLES

    def checks(self) -> Iterator[Check]:
        """Everything from the installation to the fuzzing, as it is done; what fails ends what needs it."""
        began = time.monotonic()
        try:
            environment = python_environment((self._folder / "requirements.lock").read_bytes())
        except NotInstalled as error:
            yield _installed(began, str(error))
            return
        yield _installed(began)
        workshop = Workshop(self._folder, self._settings(environment))
        sound = True
        for check in self._looked_at(workshop, environment):
            sound = sound and check.passed
            yield check
        if sound:
            yield from self._used(workshop, environment)

    @property
    def _folder(self) -> Path:
        return self.project / "backend"

    def _settings(self, environment: Path) -> dict[str, str]:
        """What the application finds in its environment; the secrets are this proof's own."""
        settings = {
            "DATABASE_URL": f"sqlite:///{self.project / 'proof.db'}",
            "PATH": f"{environment / 'bin'}:/usr/bin:/bin",
        }
        if self.specification.guards.auth:
            settings |= {
                "SECRET_KEY": secrets.token_hex(32),
                "ADMIN_EMAIL": _ADMIN,
                "ADMIN_PASSWORD": secrets.token_hex(16),
            }
        return settings

    def _looked_at(self, workshop: Workshop, environment: Path) -> Iterator[Check]:
        for name, words in (*_LINTERS, *_MIGRATIONS):
            yield workshop.run(str(environment / "bin" / words[0]), *words[1:], timeout=300).check(name)
        yield self._tested(workshop, environment)

    def _tested(self, workshop: Workshop, environment: Path) -> Check:
        report, coverage = self.project / "tests.xml", self.project / "coverage.json"
        words = (str(environment / "bin" / "pytest"), "-q", f"--junitxml={report}", f"--cov-report=json:{coverage}")
        ended = workshop.run(*words, timeout=1200)
        if ended.code != 0 or not report.exists() or not coverage.exists():
            return ended.check("its own tests")
        suite = ET.parse(report).getroot().find("testsuite")  # noqa: S314  # pytest wrote it a moment ago
        ran = 0 if suite is None else int(suite.get("tests", 0)) - int(suite.get("skipped", 0))
        covered = float(json.loads(coverage.read_text())["totals"]["percent_covered"])
        enough = ran > 0 and covered >= self.specification.coverage
        return Check(
            name="its own tests",
            command="pytest",
            passed=enough,
            seconds=round(ended.seconds, 2),
            told=f"{ran} tests, {covered:.1f} % of the code (at least {self.specification.coverage} is asked for)",
        )

    def _used(self, workshop: Workshop, environment: Path) -> Iterator[Check]:
        python = str(environment / "bin" / "python")
        yield workshop.run(python, "-m", "app.seed", timeout=120).check("filled with examples")
        try:
            with running(workshop, (python, "-m", "app")) as first:
                yield _started(first)
                yield self._documented(first)
                before = self._kept(first, workshop)
            with running(workshop, (python, "-m", "app")) as second:
                kept = any(before.values()) and before == self._kept(second, workshop)
                yield Check(name="data is still there after another start", passed=kept, seconds=0)
                # The last: what an admin may do to accounts may end this sign-in, too.
                token = self._token(second, workshop)
                yield fuzz(self._folder, second.url, examples=self.examples, token=token)
        except NotStarted as error:
            yield Check(name="started", command="python -m app", passed=False, seconds=0, told=str(error))

    def _documented(self, running_: Running) -> Check:
        """What it says of itself is what was specified."""
        served = httpx.get(f"{running_.url}/openapi.json", trust_env=False).json()
        passed = served == document(self.specification)
        return Check(name="its OpenAPI document is the specified one", passed=passed, seconds=0)

    def _kept(self, running_: Running, workshop: Workshop) -> dict[str, Any]:
        """How many things of each kind there are."""
        token = self._token(running_, workshop)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        with httpx.Client(base_url=running_.url, headers=headers, trust_env=False) as client:
            return {
                entity.name: client.get(collection(entity)).raise_for_status().json()["total"]
                for entity in self.specification.entities
            }

    def _token(self, running_: Running, workshop: Workshop) -> str | None:
        """A sign-in of the first admin, where people sign in."""
        if not self.specification.guards.auth:
            return None
        body = {"email": _ADMIN, "password": workshop.environment["ADMIN_PASSWORD"]}
        answer = httpx.post(f"{running_.url}/api/v1/auth/login", json=body, trust_env=False)
        return str(answer.raise_for_status().json()["access_token"])


def _installed(began: float, told: str = "") -> Check:
    return Check(
        name="installed from its lock file",
        command="uv pip install --requirement requirements.lock",
        passed=not told,
        seconds=round(time.monotonic() - began, 2),
        told=told,
    )


def _started(running_: Running) -> Check:
    return Check(name="started", command="python -m app", passed=True, seconds=round(running_.seconds, 2))
