"""One segment of a video as a run of its own, on whatever machine takes it."""

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from flows.form import in_declared_order
from tasks.run import run_id
from tasks.video.job import VideoJob
from tasks.video.progress import PictureProgress
from tasks.video.segment import KeptSegment, render_part


class SegmentRequest(BaseModel):
    """Which segment to make; generate-video asks for it where VIDEO_SEGMENTS_ON names this deployment."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    job: VideoJob = Field(description="The whole video.")
    number: int = Field(ge=0, description="Of the segment, from 0.")


class SegmentRendering(BaseModel):
    """The segment."""

    model_config = ConfigDict(frozen=True)

    run_id: str = Field(description="The flow run.")
    segment: KeptSegment


@flow(
    name="render-segment",
    description="One segment of a video; made by generate-video's other machines.",
    persist_result=True,
    result_serializer="json",
)
def render_segment(request: SegmentRequest) -> SegmentRendering:
    """Make the segment where it is not there already. Raises `IndexError` where the video has no such segment."""
    part = request.job.plan.parts[request.number]
    progress = PictureProgress(part.end - part.first, f"Segment {part.number}")
    return SegmentRendering(run_id=run_id(), segment=render_part(request.job, part, 1, progress))
