"""API keys: made once, kept as digests in a JSON file that can be a mounted Kubernetes Secret.

`python -m deployments.gateway.api_keys create --name alice --scope crypto` prints a new key; only its digest is kept.
"""

import hashlib
import hmac
import json
import logging
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from deployments.gateway.settings import GatewaySettings
from deployments.gateway.webhook_signature import callback_secret
from tasks.run_owner import TAG

logger = logging.getLogger("gateway")

PREFIX = "aif"
ADMIN = "admin"


class ApiKey(BaseModel):
    """What the file says of one key."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(pattern=r"^[a-z0-9-]{1,40}$", description="Names the key in tags and logs; it is no secret.")
    name: str = Field(max_length=100, description="Whose key it is.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Digest of the key, which has 256 random bits.")
    scopes: frozenset[str] = Field(description="Capabilities it may use (crypto, fraud, …), `training`, or `admin`.")
    created: datetime


class Caller(BaseModel):
    """Who sends a request."""

    model_config = ConfigDict(frozen=True)

    owner: str = Field(description="Owner of the runs and assets that the caller makes.")
    scopes: frozenset[str]

    @property
    def is_admin(self) -> bool:
        """Whether the caller sees everyone's runs and assets."""
        return ADMIN in self.scopes

    def may(self, scope: str) -> bool:
        """Whether the caller may use a capability."""
        return self.is_admin or scope in self.scopes

    def as_owner(self, owner: str) -> "Caller":
        """The same rights, for runs that are to be another's."""
        return self.model_copy(update={"owner": owner})

    @property
    def tag(self) -> str:
        """Tag on the caller's flow runs."""
        return f"{TAG}{self.owner}"


LOCAL = Caller(owner="local", scopes=frozenset({ADMIN}))
"""Everyone on this machine, while no key is configured."""

_FILE = TypeAdapter(list[ApiKey])


class ApiKeys:
    """The keys of a file, read again when it changes; a file that turned unreadable leaves the last good keys."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._stamp: tuple[int, int, int] | None = None
        self._keys: list[ApiKey] = []
        self._were_configured = False

    @property
    def are_required(self) -> bool:
        """Whether requests need a key. Once keys have been seen they are, even if the file is emptied."""
        self._refresh()
        self._were_configured = self._were_configured or bool(self._keys)
        return self._were_configured

    def caller(self, token: str) -> Caller | None:
        """Whose key `token` is; None when it is nobody's. Takes as long for a wrong key as for a right one."""
        self._refresh()
        digest = _digest(token)
        found = None
        for key in self._keys:
            if hmac.compare_digest(key.sha256, digest):
                found = key
        return None if found is None else Caller(owner=found.id, scopes=found.scopes)

    def add(self, name: str, scopes: frozenset[str]) -> tuple[ApiKey, str]:
        """Make a key and keep its digest. Returns what is kept, and the key itself, which can't be had again."""
        self._refresh()
        token = f"{PREFIX}_{secrets.token_urlsafe(32)}"
        key = ApiKey(
            id=f"key-{secrets.token_hex(4)}",
            name=name,
            sha256=_digest(token),
            scopes=scopes,
            created=datetime.now(UTC),
        )
        self._write([*self._keys, key])
        return key, token

    def remove(self, key_id: str) -> bool:
        """Forget a key. Returns whether there was one."""
        self._refresh()
        left = [key for key in self._keys if key.id != key_id]
        found = len(left) < len(self._keys)
        if found:
            self._write(left)
        return found

    def listed(self) -> list[ApiKey]:
        """The keys, without what would let anyone use them."""
        self._refresh()
        return list(self._keys)

    def _refresh(self) -> None:
        try:
            status = self.file.stat()
        except FileNotFoundError:
            stamp = None
        else:
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        if stamp == self._stamp:
            return
        try:
            self._keys = [] if stamp is None else _FILE.validate_json(self.file.read_bytes())
        except (OSError, ValidationError) as error:
            if self._stamp is None:
                raise ValueError(f"{self.file} does not hold API keys: {type(error).__name__}") from None
            logger.warning("%s is no list of keys (%s); those read before stay", self.file, type(error).__name__)
        self._stamp = stamp

    def _write(self, keys: list[ApiKey]) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        partial = self.file.with_suffix(".partial")
        partial.touch(mode=0o600)
        partial.write_text(json.dumps(_FILE.dump_python(keys, mode="json"), indent=2) + "\n")
        partial.replace(self.file)
        self._refresh()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


app = typer.Typer(no_args_is_help=True, help="Make, list and remove the gateway's API keys.")


@app.command()
def create(
    name: Annotated[str, typer.Option(help="Whose key it is.")],
    scope: Annotated[list[str], typer.Option(help="Capability (crypto, fraud, …), training, or admin. May repeat.")],
) -> None:
    """Make a key and print it, this once."""
    settings = GatewaySettings()
    key, token = ApiKeys(settings.api_keys_file).add(name, frozenset(scope))
    typer.echo(f"key              {token}")
    typer.echo(f"id               {key.id}")
    typer.echo(f"callback secret  {callback_secret(settings, key.id)}")


@app.command("list")
def list_keys() -> None:
    """Show the keys' ids, names and scopes."""
    for key in ApiKeys(GatewaySettings().api_keys_file).listed():
        typer.echo(f"{key.id}  {key.name}  {','.join(sorted(key.scopes))}  {key.created:%Y-%m-%d}")


@app.command()
def remove(key_id: str) -> None:
    """Remove a key; the gateway refuses it from its next request on."""
    if not ApiKeys(GatewaySettings().api_keys_file).remove(key_id):
        typer.echo(f"There is no key {key_id}.", err=True)
        raise typer.Exit(1)


@app.command("callback-secret")
def show_callback_secret(owner: Annotated[str, typer.Option(help="Id of a key, or `local`.")] = LOCAL.owner) -> None:
    """Print the secret that signs the callbacks of an owner."""
    typer.echo(callback_secret(GatewaySettings(), owner))


if __name__ == "__main__":
    app()
