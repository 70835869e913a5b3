"""Bringing weights of a model to this machine."""

from typing import Annotated, Self

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field, model_validator

from blocks.asset_store import Asset
from blocks.source import SourceUri
from blocks.warehouse import Rows
from flows.form import in_declared_order
from tasks.model_fetch import fetch_file, fetch_repository
from tasks.provenance import Provenance, code_version, request_digest
from tasks.run import run_id


class ModelFetchRequest(BaseModel):
    """Which weights, under which licence, with which digest."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order, protected_namespaces=())

    repository: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}$",
        description="Repository of the hub, owner/name.",
        examples=["stabilityai/stable-diffusion-xl-base-1.0"],
    )
    revision: str = Field("main", min_length=1, max_length=100, description="Branch, tag or commit of the repository.")
    include: tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] = Field(
        (),
        max_length=50,
        description="Patterns of the files to bring; empty: all safetensors and configurations.",
        examples=[["*.json", "*.txt", "*.fp16.safetensors"]],
    )
    uri: SourceUri | None = Field(
        None,
        description="In place of a repository: the https address of one safetensors file.",
        examples=["https://example.com/model.safetensors"],
    )
    accepted_licence: str = Field(
        min_length=1,
        max_length=100,
        description="Identifier of the licence that you have read and accept. The hub's must be the same; for an "
        "address it is recorded.",
        examples=["openrail++"],
    )
    sha256: str = Field(
        pattern=r"^[0-9a-f]{64}$",
        description="Digest of the file at the address, or of the repository's list of files; a request with another "
        "one brings nothing and says which the hub has.",
        examples=["0" * 64],
    )
    most_bytes: int = Field(
        10_000_000_000, ge=1, le=60_000_000_000, description="Largest file that an address may give, in bytes."
    )

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.repository is None) == (self.uri is None):
            raise ValueError("name a repository or a uri, one of them")
        if self.uri and not self.uri.startswith("https://"):
            raise ValueError("uri is an https address")
        return self


class ModelFetch(BaseModel):
    """Weights that lie on this machine."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    run_id: str = Field(description="The flow run.")
    request: ModelFetchRequest
    path: str = Field(description="Folder or file, to be named in the settings of a model.")
    bytes: int = Field(description="Bytes of all files.")
    resumed: int = Field(description="How often a cut connection was taken up again.")
    assets: list[Asset] = Field([], description="Weights lie in their own folder, not in the asset store.")
    rows: list[Rows] = Field([], description="Fetching publishes no rows.")
    provenance: Provenance
    warnings: list[str]


@flow(
    name="fetch-model",
    description="Bring a model's weights: licence accepted, digest pinned, safetensors only, resumed after a break.",
    persist_result=True,
    result_serializer="json",
)
def fetch_model(request: ModelFetchRequest) -> ModelFetch:
    """Weights on this machine's disk; nothing of them is run.

    Raises `BlockError` when licence, digest, size, room or format forbid it, or the hub stays away.
    """
    if request.repository:
        brought = fetch_repository(
            request.repository, request.revision, request.include, request.accepted_licence, request.sha256
        )
    else:
        brought = fetch_file(request.uri or "", request.sha256, request.most_bytes)
    name = request.repository or brought.path.name
    left_out = f"Left out, being neither safetensors nor text: {', '.join(brought.left_out[:20])}."
    return ModelFetch(
        run_id=run_id(),
        request=request,
        path=str(brought.path),
        bytes=brought.bytes,
        resumed=brought.resumed,
        provenance=Provenance(
            code_version=code_version(),
            request_sha256=request_digest(request),
            model=name,
            model_version=brought.commit or brought.digest[:12],
            weights_sha256=brought.digest,
            data_source="hub" if request.repository else "https",
            data_sha256=brought.digest,
        ),
        warnings=[left_out] if brought.left_out else [],
    )
