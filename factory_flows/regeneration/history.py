"""Every build of a project, to go back to: a bare git repository in its `.factory`."""

import subprocess
import tempfile
from pathlib import Path
from typing import Final

from factory_flows.regeneration.manifest import NoFactoryProject
from factory_flows.regeneration.merge import alone
from factory_flows.regeneration.paths import FACTORY
from factory_flows.regeneration.workspace import put

_FOLDER: Final = "history.git"
_CONFIG: Final = b"[core]\n\trepositoryformatversion = 0\n\tbare = true\n\tfilemode = true\n\thooksPath = /dev/null\n"
_ATTRIBUTES: Final = b"* -text -filter -ident -working-tree-encoding -export-ignore -export-subst\n"
_NOT_OURS: Final = ("commondir", "config.worktree", "objects/info/alternates", "info/grafts", "shallow")
_LEFT_OUT: Final = (f":(exclude){FACTORY}/{_FOLDER}", f":(exclude){FACTORY}/audit.jsonl")
_SOMEONE: Final = {
    "GIT_AUTHOR_NAME": "factory",
    "GIT_AUTHOR_EMAIL": "factory@localhost",
    "GIT_AUTHOR_DATE": "1980-01-01T00:00:00Z",
    "GIT_COMMITTER_NAME": "factory",
    "GIT_COMMITTER_EMAIL": "factory@localhost",
    "GIT_COMMITTER_DATE": "1980-01-01T00:00:00Z",
}


class NoSuchBuild(LookupError):
    """A number that no build of the project has."""


class History:
    """Builds of the project in a folder, by number from 1; the same builds are the same bytes.

    A snapshot has what git would keep: all files but those that the project's `.gitignore` names. Nothing that lies in
    the repository, which may come from someone else, is run or followed: its configuration is written anew each time.
    """

    def __init__(self, project: Path) -> None:
        self._project = project
        self._folder = project / FACTORY / _FOLDER
        self._prepare()

    def builds(self) -> tuple[int, ...]:
        """Numbers of all builds, the oldest first."""
        listed = self._git("for-each-ref", "--format=%(refname:lstrip=2)", "refs/builds")
        return tuple(sorted(int(line) for line in listed.splitlines() if line.isdecimal()))

    def record(self, what: str) -> int:
        """Keeps the project as it is now; its number."""
        builds = self.builds()
        number = builds[-1] + 1 if builds else 1
        parents = ("-p", f"refs/builds/{builds[-1]}") if builds else ()
        commit = self._git("commit-tree", *parents, "-m", what, self._tree())
        self._git("update-ref", f"refs/builds/{number}", commit)
        return number

    def differs(self, build: int) -> bool:
        """Whether the project is not as that build left it."""
        return self._tree() != self._git("rev-parse", f"refs/builds/{build}^{{tree}}")

    def restore(self, build: int) -> None:
        """Makes the project what it was at a build; files that `.gitignore` names stay.

        Raises:
            NoSuchBuild: It has none of that number.
        """
        if build not in self.builds():
            raise NoSuchBuild(f"There is no build {build}; there are {', '.join(map(str, self.builds())) or 'none'}.")
        with tempfile.TemporaryDirectory() as folder:
            index = Path(folder) / "index"
            self._stage(index)
            self._git("read-tree", "-u", "--reset", f"refs/builds/{build}", index=index)

    def _tree(self) -> str:
        with tempfile.TemporaryDirectory() as folder:
            index = Path(folder) / "index"
            self._stage(index)
            return self._git("write-tree", index=index)

    def _stage(self, index: Path) -> None:
        kept = [place for place in sorted((self._project / FACTORY).iterdir()) if place.suffix in {".json", ".zip"}]
        self._git("add", "--all", "--", ".", *_LEFT_OUT, index=index)
        self._git("add", "--force", "--", *map(str, kept), index=index)  # whatever the project's `.gitignore` says

    def _prepare(self) -> None:
        links = any(place.is_symlink() for place in (self._folder, *self._folder.rglob("*")))
        if links or any((self._folder / name).exists() for name in _NOT_OURS):
            raise NoFactoryProject(f"{self._folder} is not as the factory makes it: delete it to start a new history.")
        if not self._folder.exists():
            self._run("git", "init", "--quiet", "--bare", "--template=", "--initial-branch=builds", str(self._folder))
        put(self._folder / "config", _CONFIG)
        put(self._folder / "info" / "attributes", _ATTRIBUTES)

    def _git(self, *words: str, index: Path | None = None) -> str:
        places = (f"--git-dir={self._folder}", f"--work-tree={self._project}")
        settings = {"GIT_INDEX_FILE": str(index)} if index else {}
        return self._run("git", *places, "-c", "core.fsmonitor=false", "-c", "core.bare=false", *words, **settings)

    def _run(self, *command: str, **settings: str) -> str:
        done = subprocess.run(
            command,
            cwd=self._project,
            env={**alone(), **_SOMEONE, **settings},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command[:1])} could not keep the build: {done.stderr.strip()}")
        return done.stdout.strip()
