"""What a segment is made from: everything that its pictures depend on, so that any machine makes the same ones."""

import hashlib
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from tasks.provenance import code_version
from tasks.video.camera_move import CameraMove
from tasks.video.plan import Part, VideoPlan

WORK: Final = "video-work"


class FieldSource(BaseModel):
    """Pictures drawn from a radiance field, each at its own time."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["field"] = "field"
    scene: str = Field(description="Name in the model registry.")
    version: int = Field(description="Version there.")
    sky_of: str | None = Field(description="Prompt of the world whose sky lies behind the field; null for none.")
    seed: int = Field(description="Seed of that world and of the camera's shake.")
    centre: tuple[float, float, float] = Field(description="Middle of the scene, in its own units.")
    radius: float = Field(description="How far from it anything of interest is.")
    move: CameraMove


class ClipSource(BaseModel):
    """Pictures of a clip that a model drew, and what lies between them."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["clip"] = "clip"
    uri: str = Field(description="The drawn clip in the asset store.")
    cuts: tuple[int, ...] = Field((), description="Drawn pictures that begin a new scene.")


class VideoJob(BaseModel):
    """A video to make, segment by segment."""

    model_config = ConfigDict(frozen=True)

    plan: VideoPlan
    source: Annotated[FieldSource | ClipSource, Field(discriminator="kind")]
    style: str | None = Field(description="Style that the pictures are graded by.")
    brightest: float | None = Field(description="The light that becomes white, where the video is for such screens.")
    cuts: tuple[int, ...] = Field((), description="Pictures of the video that begin a new scene.")
    code_version: str = Field(default_factory=code_version)

    @property
    def folder(self) -> str:
        """Where its segments are kept: the same job, the same folder."""
        return f"{WORK}/{hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:32]}"

    def path_of(self, part: Part) -> str:
        """Path of a segment in the asset store."""
        return f"{self.folder}/segment-{part.number:05}.mp4"
