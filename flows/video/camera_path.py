"""A camera's way through a learnt scene, picture by picture, for those who compose films."""

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field, field_validator

from blocks.asset_store import Asset
from blocks.warehouse import Rows
from flows.form import in_declared_order
from tasks.provenance import Provenance, code_version, request_digest
from tasks.run import run_id
from tasks.video.camera_file import with_file_kept
from tasks.video.camera_move import CameraMove
from tasks.video.passes import camera_path, render_passes
from tasks.video.plan import frames_in
from tasks.video.rate import exact_rate
from tasks.video.resolution import size_of
from tasks.video.scene import learnt_scene

MOST_FRAMES = 2000


class CameraPathRequest(BaseModel):
    """A scene, and how the camera moves."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    scene: str = Field(
        pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", description="A scene that train-scene learnt.", examples=["garden"]
    )
    move: CameraMove = Field(default_factory=CameraMove, description="The camera's way through the scene.")
    duration: float = Field(2, gt=0, le=600, description="Length in seconds.")
    fps: float = Field(24, ge=1, le=120, description="Pictures a second.")
    resolution: str = Field("160x90", description="360p to 8K, or width x height in pixels.", examples=["640x360"])
    seed: int = Field(0, ge=0, lt=2**31, description="Seed of the camera's shake.")

    @field_validator("resolution")
    @classmethod
    def _known_size(cls, resolution: str) -> str:
        size_of(resolution)
        return resolution

    @property
    def frames(self) -> int:
        """Pictures in all."""
        return min(frames_in(self.duration, exact_rate(self.fps)), MOST_FRAMES)


class CameraPathRendering(BaseModel):
    """The pictures."""

    model_config = ConfigDict(frozen=True)

    run_id: str = Field(description="The flow run.")
    request: CameraPathRequest = Field(description="What was asked for.")
    frames: int = Field(description="Pictures.")
    assets: list[Asset] = Field(
        description="passes.zip: an OpenEXR file a picture with light, coverage, depth and normals; camera-path.json: "
        "the path as nerfstudio reads it; passes.webp: all of it to look at."
    )
    rows: list[Rows] = Field([], description="It publishes no rows.")
    provenance: Provenance
    warnings: list[str]


@flow(
    name="render-camera-path",
    description="Fly a camera through a learnt scene: light, depth and normals of every picture, and the path itself.",
    persist_result=True,
    result_serializer="json",
)
def render_camera_path(request: CameraPathRequest) -> CameraPathRendering:
    """Scene and move -> OpenEXR passes. Raises `UnknownScene`, `BrokenPath`, `SourceError`, `BlockError`."""
    scene = learnt_scene(request.scene)
    path = camera_path(scene, with_file_kept(request.move), request.seed)
    assets = render_passes(
        scene, path, request.frames, size_of(request.resolution), request.fps, request.model_dump_json()
    )
    cut = request.frames < frames_in(request.duration, exact_rate(request.fps))
    return CameraPathRendering(
        run_id=run_id(),
        request=request,
        frames=request.frames,
        assets=assets,
        provenance=Provenance(
            code_version=code_version(),
            request_sha256=request_digest(request),
            seed=request.seed,
            model="radiance field",
            model_version=str(scene.version.version),
            weights_sha256=scene.version.weights_sha256,
            data_source=scene.source,
            data_sha256=scene.version.data_digest,
        ),
        warnings=[f"The first {MOST_FRAMES:,} pictures alone were rendered."] if cut else [],
    )
