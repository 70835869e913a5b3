"""Allow and block lists: what decides on payments whatever their score."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from fastapi import APIRouter, Path, Query, Response, status
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from starlette.concurrency import run_in_threadpool

from blocks.block_error import BlockError
from blocks.fraud_lists import FraudLists, ListConflict, ListEntry, ListFull, NoSuchEntry
from deployments.gateway.deps import CallerDep, Limit, Offset
from deployments.gateway.fraud_scope import whose
from deployments.gateway.problems import Problem, documented
from deployments.gateway.strict_json import StrictJsonRoute
from models.fraud.rules import ListField, ListName, spelled
from tasks.fraud.identifier import Printable

router = APIRouter(prefix="/api/v1/fraud/lists", tags=["Fraud"], route_class=StrictJsonRoute)

T = TypeVar("T")

EntryId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="Id of an entry.")]


class NewEntry(BaseModel):
    """What goes on a list."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"list": "block", "field": "device", "value": "d-7", "reason": "stolen"}]},
    )

    list: ListName = Field(
        description="`block`: its payments are blocked. `allow`: they are approved though a rule or the score asks for "
        "review; where the score alone would block, a person looks."
    )
    field: ListField = Field(description="What it is.")
    value: Printable = Field(
        min_length=1,
        max_length=256,
        description="Compared without regard to case and to Unicode's other spellings (NFKC). For `ip` an address or a "
        "network, such as 198.51.100.0/24.",
        examples=["d-7"],
    )
    reason: Printable = Field("", max_length=200, description="Shown with every payment that it decides on.")
    expires_at: AwareDatetime | None = Field(
        None,
        description="When it is off again (ISO 8601 with an offset); null: never.",
        examples=["2099-01-01T00:00:00Z"],
    )

    @field_validator("expires_at")
    @classmethod
    def _to_come(cls, moment: datetime | None) -> datetime | None:
        if moment is not None and moment <= datetime.now(UTC):
            raise ValueError("must be in the future")
        return moment

    @field_validator("value")
    @classmethod
    def _one_spelling(cls, value: str, told: ValidationInfo) -> str:
        return spelled(told.data["field"], value) if "field" in told.data else value


class EntryView(BaseModel):
    """An entry in force."""

    entry_id: str
    owner: str = Field(description="Whose payments it decides on.")
    list: ListName
    field: ListField
    value: str = Field(description="In the one spelling in which values are compared.")
    reason: str
    created_by: str
    created_at: datetime
    expires_at: datetime | None

    @classmethod
    def of(cls, entry: ListEntry) -> "EntryView":
        """As callers see it."""
        return cls.model_validate(asdict(entry))


class EntryPage(BaseModel):
    """A page of the lists, the newest entries first."""

    entries: list[EntryView]
    next_offset: int | None = Field(description="Where the next page begins; null at the end.")


@router.get("", summary="Allow and block lists", responses=documented(401, 403, 422, 429, 503))
async def list_entries(
    caller: CallerDep,
    list_name: Annotated[ListName | None, Query(alias="list", description="Of this list.")] = None,
    field: Annotated[ListField | None, Query(description="Of this field.")] = None,
    limit: Limit = 20,
    offset: Offset = 0,
) -> EntryPage:
    """Entries in force for the caller's payments; an admin's key sees everyone's."""
    owner = whose(caller)
    found = await _done(
        lambda lists: lists.entries(owner, list_name=list_name, field=field, limit=limit + 1, offset=offset)
    )
    more = offset + limit if len(found) > limit else None
    return EntryPage(entries=[EntryView.of(entry) for entry in found[:limit]], next_offset=more)


@router.post(
    "",
    summary="Put something on a list",
    status_code=status.HTTP_201_CREATED,
    responses=documented(400, 401, 403, 409, 413, 422, 429, 503),
)
async def add_entry(body: NewEntry, caller: CallerDep) -> EntryView:
    """It counts from the next payment on. A value that is on the list gets the new reason and expiry."""
    whose(caller)
    entry = await _done(
        lambda lists: lists.add(
            caller.owner,
            list_name=body.list,
            field=body.field,
            value=body.value,
            reason=body.reason,
            by=caller.owner,
            expires_at=body.expires_at,
        )
    )
    return EntryView.of(entry)


@router.delete(
    "/{entry_id}",
    summary="Take something off a list",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=documented(401, 403, 404, 422, 429, 503),
)
async def remove_entry(entry_id: EntryId, caller: CallerDep) -> Response:
    """It counts no more from the next payment on."""
    owner = whose(caller)
    await _done(lambda lists: lists.remove(entry_id, owner))
    return Response(status_code=status.HTTP_204_NO_CONTENT)


async def _done(what: Callable[[FraudLists], T]) -> T:
    try:
        return await run_in_threadpool(lambda: what(FraudLists.default()))
    except NoSuchEntry as error:
        raise Problem(404, str(error), kind="no-such-entry") from error
    except ListConflict as error:
        raise Problem(409, str(error), kind="list-conflict") from error
    except ListFull as error:
        raise Problem(409, str(error), kind="list-full") from error
    except BlockError as error:
        raise Problem(503, str(error), kind="lists-away", headers={"Retry-After": "10"}) from error
