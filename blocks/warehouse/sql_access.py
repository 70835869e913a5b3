"""What a database user may do with the tables."""

from sqlalchemy import Connection, text

from blocks.warehouse.tables import metadata

NEEDED = ("SELECT", "INSERT")


def missing_privileges(connection: Connection) -> list[str]:
    """Privileges that the connected user lacks, as "INSERT on price_forecasts"; the tables must be there.

    A SQLite file has none: what may write it has written it, as it was migrated.
    """
    if connection.dialect.name == "sqlite":
        return []
    needed = [(table, privilege) for table in metadata.tables for privilege in NEEDED]
    needed += [(name, "UPDATE") for name, table in metadata.tables.items() if table.info.get("merged")]
    asked = text("SELECT has_table_privilege(:table, :privilege)")
    return [
        f"{privilege} on {table}"
        for table, privilege in needed
        if not connection.scalar(asked, {"table": table, "privilege": privilege})
    ]
