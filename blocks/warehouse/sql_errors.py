"""Database errors in plain words: what is wrong, where, and what to do, with nothing that was secret."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from blocks.warehouse.errors import ForeignTables, WarehouseError

UNDEFINED_TABLE, NO_PRIVILEGE, READ_ONLY = "42P01", "42501", "25006"


@contextmanager
def explained(address: URL) -> Iterator[None]:
    """Turn what SQLAlchemy, migrations and the file system raise into `WarehouseError`."""
    shown = address.set(query={}).render_as_string(hide_password=True)
    try:
        yield
    except DBAPIError as error:
        raise WarehouseError(_explanation(error, address, shown)) from None
    except ForeignTables as error:
        raise WarehouseError(
            f"The tables in {shown} are not those of this code ({error}): they are newer, or another program's. "
            "Run the newest code, or use a database of its own."
        ) from None
    except SQLAlchemyError as error:
        raise WarehouseError(f"The warehouse {shown}: {_without_password(str(error), address)}") from None
    except OSError as error:
        raise WarehouseError(f"The folder of {shown} cannot be used: {error.strerror or error}.") from None


def _explanation(error: DBAPIError, address: URL, shown: str) -> str:
    # The driver's own first line; SQLAlchemy's text adds the statement with its values.
    reason = _without_password(str(error.orig).strip().partition("\n")[0][:300], address)
    state = getattr(error.orig, "sqlstate", None)
    if state == UNDEFINED_TABLE or reason.startswith("no such table"):
        return f"The warehouse {shown} lacks tables ({reason}). Create them with Warehouse.migrate()."
    if state in {NO_PRIVILEGE, READ_ONLY} or "readonly database" in reason:
        return f"The warehouse {shown} may not be used ({reason}). Give its user the right to read and write it."
    if "database is locked" in reason:
        return f"The warehouse {shown} stayed locked by another process that writes; try again when that has ended."
    if isinstance(error, OperationalError) and state is None:
        return f"The warehouse {shown} cannot be reached ({reason}). Is it up, and are host, user and password right?"
    return f"The warehouse {shown} refused ({reason})."


def _without_password(text: str, address: URL) -> str:
    return text.replace(str(address.password), "***") if address.password else text
