"""Alembic's entry point: migrate over the connection that `blocks.warehouse.migrate` hands over."""

from alembic import context

from blocks.warehouse.migrate import VERSION_TABLE
from blocks.warehouse.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=connection.dialect.name == "sqlite",  # SQLite alters a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
