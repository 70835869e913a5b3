"""BigQuery's tables, made from the same definitions as PostgreSQL's."""

from google.cloud.bigquery import DatasetReference, SchemaField, Table, TimePartitioning
from sqlalchemy import Table as Definition

from blocks.warehouse.bigquery_query import type_name
from blocks.warehouse.tables import metadata, publications

DEFINITIONS = tuple(
    table for table in metadata.sorted_tables if table is not publications and not table.info.get("database_only")
)
"""Tables that runs publish to; on BigQuery the load jobs themselves are the ledger of publications."""

_OLD_NAMES = {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL", "RECORD": "STRUCT"}


def new_table(dataset: DatasetReference, definition: Definition) -> Table:
    """The table as BigQuery is asked to create it: by day of `partition_by`, clustered by `cluster_by`."""
    table = Table(dataset.table(definition.name), schema=_fields(definition))
    if partition := definition.info.get("partition_by"):
        table.time_partitioning = TimePartitioning(field=partition)
    table.clustering_fields = definition.info.get("cluster_by")
    return table


def missing_fields(definition: Definition, table: Table) -> list[SchemaField]:
    """Columns that the table lacks. They can be null, as rows without them are there already."""
    there = {field.name for field in table.schema}
    return [
        SchemaField(field.name, field.field_type, "NULLABLE")
        for field in _fields(definition)
        if field.name not in there
    ]


def differences(definition: Definition, table: Table) -> list[str]:
    """What migrate() cannot mend: columns of another type, another partition column or other clustering."""
    there = {field.name: _OLD_NAMES.get(field.field_type, field.field_type) for field in table.schema}
    found = [
        f"{definition.name}.{field.name} is {there[field.name]} and should be {field.field_type}"
        for field in _fields(definition)
        if there.get(field.name, field.field_type) != field.field_type
    ]
    wanted = new_table(DatasetReference(table.project, table.dataset_id), definition)
    if _layout(wanted) != _layout(table):
        found.append(f"{definition.name} is not partitioned and clustered as its definition says")
    return found


def _fields(definition: Definition) -> list[SchemaField]:
    return [
        SchemaField(column.name, type_name(column.type), "NULLABLE" if column.nullable else "REQUIRED")
        for column in definition.columns
    ]


def _layout(table: Table) -> tuple[str | None, tuple[str, ...]]:
    return table.time_partitioning and table.time_partitioning.field, tuple(table.clustering_fields or ())
