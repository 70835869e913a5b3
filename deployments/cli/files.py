"""`aiflows download` and `aiflows upload`: files from runs, and files for them."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments.cli.output import say, write, write_json
from deployments.cli.session import AsJson, RunId, session_of

if TYPE_CHECKING:
    from deployments.client import Asset


def download(
    context: typer.Context,
    run: RunId,
    to: Annotated[
        Path | None, typer.Option(file_okay=False, help="Folder for the files. Unset: one named after the run.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fetch every file of a run's result, those of an orchestration's tasks as well. Goes on with partial files."""
    session = session_of(context, as_json=as_json)
    folder = to or Path(str(run))
    with session.client() as client:
        assets = assets_in(client.result(run))
        files = []
        for asset, place in placed(assets, folder):
            files.append(client.download(asset, place))
            if not session.as_json:
                write(str(files[-1]))
    if session.as_json:
        write_json([{"file": str(file), **asset.model_dump()} for file, asset in zip(files, assets, strict=True)])
    elif not assets:
        say("The run's result has no files.")


def upload(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, show_default=False)],
    name: Annotated[str | None, typer.Option(help="Name to store it under. Unset: its own.")] = None,
    as_json: AsJson = False,
) -> None:
    """Store a file. Prints the uri by which requests name it."""
    session = session_of(context, as_json=as_json)
    with session.client() as client:
        asset = client.upload(file, name)
    if session.as_json:
        write_json(asset.model_dump())
        return
    write(asset.uri)
    say(f"{asset.name}  {asset.media_type}  {asset.bytes:,} bytes  sha256 {asset.sha256}")


def assets_in(result: Any) -> list["Asset"]:
    """Every asset of a result, however deep, each once."""
    found = {asset.uri: asset for asset in _assets(result)}
    return list(found.values())


def placed(assets: list["Asset"], folder: Path) -> Iterator[tuple["Asset", Path]]:
    """Each asset with its folder: one of its own run where several have the same name."""
    names = Counter(asset.name.casefold() for asset in assets)
    for number, asset in enumerate(assets, 1):
        run = PurePosixPath(asset.uri).parent.name
        safe = run if run.replace("-", "").isalnum() else str(number)
        yield asset, folder / safe if names[asset.name.casefold()] > 1 else folder


def _assets(value: Any) -> Iterator["Asset"]:
    from deployments.client import Asset  # noqa: PLC0415 - `aiflows --help` starts without HTTP

    if isinstance(value, dict):
        if value.keys() >= Asset.model_fields.keys():
            yield Asset.model_validate(value)
            return
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _assets(inner)
