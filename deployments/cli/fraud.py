"""`aiflows fraud`: the audit of real-time verdicts, on the machine that has the payment store."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli.exit_codes import OTHER
from deployments.cli.output import say, write, write_json, write_table
from deployments.cli.session import AsJson, session_of

if TYPE_CHECKING:
    from blocks.payment_store import PaymentStore

MOST_ROWS = 5_000_000

app = typer.Typer(no_args_is_help=True, help="Verify and replay the audit of real-time fraud verdicts.")


@app.command()
def audit(context: typer.Context, as_json: AsJson = False) -> None:
    """Verify the whole chain: every verdict as it was given, none missing. Ends with 5 where it breaks.

    Keep what it prints elsewhere: a later audit that has fewer records, or another digest at that number, was cut or
    rewritten.
    """
    from blocks.block_error import BlockError  # noqa: PLC0415 - SQLAlchemy is not needed by the other commands
    from tasks.fraud.audit import AuditError, verify  # noqa: PLC0415 - as above

    try:
        count, digest = verify(_store().audit())
    except (AuditError, BlockError) as error:
        raise _told(error) from None
    if session_of(context, as_json=as_json).as_json:
        write_json({"records": count, "digest": digest})
        return
    write(f"{count} {digest}")
    say(f"The audit holds {count:,} records, and each is what was written.")


@app.command()
def replay(
    context: typer.Context,
    transaction_id: Annotated[str, typer.Argument(metavar="TRANSACTION_ID", show_default=False)],
    owner: Annotated[str | None, typer.Option(help="Whose transaction; unset: everyone's under this id.")] = None,
    as_json: AsJson = False,
) -> None:
    """Score a verdict's audited features again with its model; ends with 5 where another score comes out."""
    from blocks.block_error import BlockError  # noqa: PLC0415 - as in `audit`
    from tasks.fraud.audit import AuditError  # noqa: PLC0415
    from tasks.fraud.audit import replay as score_again  # noqa: PLC0415

    try:
        rows = _store().audit_of(transaction_id, owner)
        scores = [score_again(row) for row in rows]
    except (AuditError, BlockError) as error:
        raise _told(error) from None
    if not rows:
        say(f"No verdict on {transaction_id!a} is in the audit.")
        raise typer.Exit(OTHER)
    found = [
        {
            "sequence": row.sequence,
            "owner": row.owner,
            "score": kept.score,
            "again": again.score,
            "decision": kept.decision,
            "decided_again": again.decision,
            "same": kept == again,
        }
        for row, (kept, again) in zip(rows, scores, strict=True)
    ]
    if session_of(context, as_json=as_json).as_json:
        write_json(found)
    else:
        write_table(tuple(found[0]), [tuple(one.values()) for one in found])
    if not all(one["same"] for one in found):
        raise typer.Exit(OTHER)


@app.command()
def load(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, show_default=False)],
    owner: Annotated[str, typer.Option(help="Whose payments: the id of an API key, or local.")] = "local",
) -> None:
    """Give the running scorer earlier payments (CSV or parquet, with is_fraud where known): they fill its windows.

    They get no verdict. Loading a file again adds nothing; labels that came in meanwhile are taken up.
    """
    import httpx  # noqa: PLC0415 - as in `audit`

    from blocks.settings import get_settings  # noqa: PLC0415
    from deployments.scorer.address import scorer_client  # noqa: PLC0415
    from deployments.scorer.history import History, Loaded  # noqa: PLC0415
    from tasks.fraud.transaction_file import TransactionFileError, read_transactions  # noqa: PLC0415

    _join_stack()
    added = known = labelled = 0
    try:
        rows, warnings = read_transactions(file, max_rows=MOST_ROWS)
        with scorer_client(get_settings(), timeout=120) as scorer:
            for part in History.parts(owner, rows):
                answer = scorer.post("/history", content=part.model_dump_json())
                if not answer.is_success:
                    raise _told(ValueError(answer.json()["detail"]))
                loaded = Loaded.model_validate_json(answer.content)
                added, known, labelled = added + loaded.added, known + loaded.known, labelled + loaded.labelled
    except TransactionFileError as error:
        raise _told(error) from None
    except httpx.TransportError as error:
        raise _told(ConnectionError(f"The scorer does not answer ({type(error).__name__}): `make up`.")) from None
    for warning in warnings:
        say(warning)
    write(f"{added} added, {known} known, {labelled} labels")


def _store() -> "PaymentStore":
    from blocks.payment_store import PaymentStore  # noqa: PLC0415 - as in `audit`

    _join_stack()
    return PaymentStore.default()


def _join_stack() -> None:
    from blocks.running_stack import join_running_stack  # noqa: PLC0415 - as in `audit`

    join_running_stack()


def _told(error: Exception) -> typer.Exit:
    say(str(error))
    return typer.Exit(OTHER)
