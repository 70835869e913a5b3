"""Every error the gateway answers, as an RFC 9457 problem document."""

import logging
import math
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException as AnyHTTPException

logger = logging.getLogger("gateway")

MEDIA_TYPE = "application/problem+json"


class FieldError(BaseModel):
    """One field that is wrong."""

    pointer: str = Field(description="JSON pointer into the body, or `?name`, `{name}`, `Name:` for other places.")
    detail: str = Field(description="What is wrong.", examples=["Input should be less than or equal to 168"])
    bounds: dict[str, Any] = Field({}, description="The bounds that the value broke.", examples=[{"le": 168}])


class ProblemDocument(BaseModel):
    """RFC 9457 problem details."""

    type: str = Field("about:blank", description="Name of the kind of problem.", examples=["urn:aiflows:no-such-run"])
    title: str = Field(description="The kind of problem, in words.", examples=["Not Found"])
    status: int = Field(description="HTTP status.", examples=[404])
    detail: str = Field(description="What happened and what to do about it.")
    errors: list[FieldError] = Field([], description="The fields that are wrong (422).")


class Problem(HTTPException):
    """An error with its answer. As an HTTPException it passes through FastAPI's reading of bodies unchanged."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        kind: str | None = None,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.extra = dict(extra or {})
        self.document = ProblemDocument(
            type=f"urn:aiflows:{kind}" if kind else "about:blank",
            title=HTTPStatus(status).phrase,
            status=status,
            detail=detail,
            errors=list(errors),
        )

    def response(self) -> JSONResponse:
        """The problem as a response."""
        content = self.document.model_dump(mode="json", exclude={} if self.document.errors else {"errors"})
        return JSONResponse(
            content | self.extra, status_code=self.document.status, headers=self.headers, media_type=MEDIA_TYPE
        )


def invalid(pointer: str, detail: str, **bounds: Any) -> Problem:
    """A 422 about one field."""
    return Problem(422, f"{pointer}: {detail}", errors=[FieldError(pointer=pointer, detail=detail, bounds=bounds)])


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problem documents a route may answer, for its OpenAPI description."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
        }
        for status in statuses
    }


def install(app: FastAPI) -> None:
    """Make every error of `app` a problem document."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(AnyHTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(Exception, _unforeseen)


def _problem(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)  # noqa: S101 - Starlette's signature is wider than what it sends
    return error.response()


def _http_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, AnyHTTPException)  # noqa: S101 - as above
    detail = {
        404: "There is nothing under this address; /docs lists what there is.",
        405: "This address does not take that method; /docs lists what it takes.",
    }.get(error.status_code, str(error.detail))
    return Problem(error.status_code, detail, headers=error.headers).response()


def _invalid_request(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    return validation_problem(error.errors()).response()


def validation_problem(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """A 422 from pydantic's list of errors."""
    fields = [
        FieldError(
            pointer=_pointer(error["loc"]),
            detail=str(error["msg"]).removeprefix("Value error, "),  # pydantic's words before ours
            bounds={name: _plain(value) for name, value in error.get("ctx", {}).items() if name != "error"},
        )
        for error in errors
    ]
    summary = "; ".join(f"{field.pointer}: {field.detail}" for field in fields[:3])
    return Problem(422, summary + ("; …" if len(fields) > 3 else ""), errors=fields)


def _pointer(location: Sequence[int | str]) -> str:
    place, *path = location or ("body",)
    name = "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in path)
    return {"query": f"?{name}", "path": f"{{{name}}}", "header": f"{name}:"}.get(str(place), f"/{name}")


def _plain(value: Any) -> Any:
    """A bound as JSON has it."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _unforeseen(_: Request, error: Exception) -> JSONResponse:
    logger.error("A request failed in a way nobody foresaw", exc_info=error)
    return Problem(500, "The gateway failed; its log says how. Please report it.").response()
