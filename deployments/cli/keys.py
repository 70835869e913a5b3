"""`aiflows keys`: the API keys in the file that the gateway on this machine reads."""

from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli.exit_codes import OTHER
from deployments.cli.output import say, write, write_json, write_table
from deployments.cli.session import AsJson, session_of

if TYPE_CHECKING:
    from deployments.gateway.api_keys import ApiKeys
    from deployments.gateway.settings import GatewaySettings

app = typer.Typer(no_args_is_help=True, help="Make, list and remove API keys, on the gateway's own machine.")


@app.command()
def create(
    context: typer.Context,
    name: Annotated[str, typer.Option(help="Whose key it is.")],
    scope: Annotated[list[str], typer.Option(help="Capability (crypto, fraud, …), training, or admin. May repeat.")],
    as_json: AsJson = False,
) -> None:
    """Make a key and print it, this once. From the first key on the gateway asks everyone for one."""
    from deployments.gateway.webhook_signature import callback_secret  # noqa: PLC0415 - as _settings

    settings = _settings()
    try:
        key, token = _keys(settings).add(name, frozenset(scope))
    except ValueError as error:
        raise _told(error) from None
    secret = callback_secret(settings, key.id)
    if session_of(context, as_json=as_json).as_json:
        write_json({"key": token, "id": key.id, "callback_secret": secret})
        return
    write(token)
    say(f"id {key.id}; its callbacks are signed with {secret}. Only a digest of the key is kept.")


@app.command("list")
def list_keys(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the keys' ids, names and scopes."""
    try:
        found = _keys(_settings()).listed()
    except ValueError as error:
        raise _told(error) from None
    if session_of(context, as_json=as_json).as_json:
        write_json([key.model_dump(mode="json", exclude={"sha256"}) for key in found])
        return
    rows = [(key.id, key.name, ",".join(sorted(key.scopes)), key.created) for key in found]
    write_table(("id", "name", "scopes", "created"), rows)


@app.command()
def remove(key_id: Annotated[str, typer.Argument(metavar="ID", show_default=False)]) -> None:
    """Remove a key; the gateway refuses it from its next request on."""
    try:
        was_there = _keys(_settings()).remove(key_id)
    except ValueError as error:
        raise _told(error) from None
    if not was_there:
        raise typer.BadParameter(f"there is no key {key_id}; `aiflows keys list` shows them", param_hint="ID")


def _settings() -> "GatewaySettings":
    from deployments.gateway.settings import GatewaySettings  # noqa: PLC0415 - other commands start without the gateway

    return GatewaySettings()


def _keys(settings: "GatewaySettings") -> "ApiKeys":
    from deployments.gateway.api_keys import ApiKeys  # noqa: PLC0415 - as above

    return ApiKeys(settings.api_keys_file)


def _told(error: ValueError) -> typer.Exit:
    say(f"aiflows: {error}")
    return typer.Exit(OTHER)
