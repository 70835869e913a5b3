"""What a database user may do with the tables."""

from sqlalchemy import Connection, text

from blocks.warehouse.tables import metadata

NEEDED = ("SELECT", "INSERT")


def missing_privileges(connection: Connection) -> list[str]:
    """Privileges that the connected user lacks, as "INSERT on price_forecasts". SQLite: none, or the file is read-only.

    The tables must be there.
    """
    if connection.dialect.name == "sqlite":
        return _missing_on_file(connection)
    asked = text("SELECT has_table_privilege(:table, :privilege)")
    return [
        f"{privilege} on {table}"
        for table in metadata.tables
        for privilege in NEEDED
        if not connection.scalar(asked, {"table": table, "privilege": privilege})
    ]


def _missing_on_file(connection: Connection) -> list[str]:
    # Setting the version that the file has already is a write that changes nothing.
    version = connection.scalar(text("PRAGMA user_version"))
    connection.exec_driver_sql(f"PRAGMA user_version = {int(version or 0)}")
    return []
