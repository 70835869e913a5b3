"""Where rows go: typed tables in PostgreSQL or SQLite through SQLAlchemy, or in BigQuery."""

from blocks.warehouse.block import Warehouse
from blocks.warehouse.errors import RowsConflict, WarehouseError
from blocks.warehouse.rows import Rows

__all__ = ["Rows", "RowsConflict", "Warehouse", "WarehouseError"]
