"""Checking a request against the JSON schema of the deployment it is for."""

import re
from typing import Any

from prefect.utilities.schema_tools.validation import CircularSchemaRefError, validate

from deployments.gateway.catalogue import FlowDeployment
from deployments.gateway.problems import FieldError, Problem

MOST_ERRORS = 20
BOUNDS = {
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern",
    "minItems", "maxItems", "uniqueItems", "enum", "const", "format", "type", "required",
}  # fmt: skip


def check_request(deployment: FlowDeployment, request: dict[str, Any]) -> None:
    """Refuse a request that the deployment's schema does not allow.

    Raises:
        Problem: 422, with each field and the bound it broke.
    """
    try:
        errors = validate({"request": request}, deployment.request_schema)
    except CircularSchemaRefError:
        raise Problem(422, "The deployment's schema refers to itself; the request can't be checked.") from None
    fields = [_field(error) for error in errors[:MOST_ERRORS]]
    if fields:
        summary = "; ".join(f"{field.pointer}: {field.detail}" for field in fields[:3])
        raise Problem(422, summary, errors=fields)


def _field(error: Any) -> FieldError:
    path = [str(part) for part in error.absolute_path]
    named = re.match(r"'(?P<name>[^']+)' is a required property", error.message)
    if named and error.validator == "required":
        path.append(named["name"])
    bounds = {str(error.validator): error.validator_value} if error.validator in BOUNDS else {}
    return FieldError(pointer="".join(f"/{part}" for part in path), detail=error.message[:500], bounds=bounds)
