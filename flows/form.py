"""How a request looks as a form in the Prefect UI."""

from typing import Any


def in_declared_order(schema: dict[str, Any]) -> None:
    """Number the fields of a JSON schema so that the form shows them as they are declared.

    For pydantic's `json_schema_extra`. PostgreSQL keeps a JSON object's keys by their length, so the order of the
    fields is lost unless it is written down; the form sorts by `position`.
    """
    for position, field in enumerate(schema.get("properties", {}).values()):
        field["position"] = position
