"""Videos from words, pictures and scenes."""

import secrets
from typing import Any, Literal

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from blocks.asset_store import Asset
from blocks.warehouse import Rows
from flows.video.request import SEEDS, VideoRequest
from tasks.provenance import Provenance, code_version, request_digest
from tasks.run import run_id
from tasks.video.choice import VideoChoice, choose_video_model
from tasks.video.drawn import Drawn, drawn_clip, drawn_scene
from tasks.video.estimate import Estimate
from tasks.video.finish import FinishedVideo, finish_video
from tasks.video.inscription import inscription_of
from tasks.video.outline import Outline, outline_of
from tasks.video.publish import publish_video_rows, show_estimate, show_video
from tasks.video.segments import render_segments
from tasks.video.work import sweep_work


class VideoGeneration(BaseModel):
    """A video, and how it came about."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    run_id: str = Field(description="The flow run.")
    request: VideoRequest = Field(description="What was asked, with the seed that was used.")
    model: str = Field(description="What drew: a radiance field (nerf) or a video model.", examples=["nerf"])
    served_model: str = Field(description="Its exact name and version.")
    fallback: str | None = Field(description="Why another model than the one asked for drew; null where none did.")
    outcome: Literal["made", "estimated", "blocked"] = Field(
        description="Whether there is a video; or only what it would take; or it must not be made."
    )
    estimate: Estimate = Field(description="What it was expected to take, before it was begun.")
    resolution: str = Field(description="Of the finished video.", examples=["7680x4320"])
    drawn_resolution: str = Field(description="What the model or the field itself drew, before any enlargement.")
    fps: str = Field(description="Pictures a second, exact.", examples=["60"])
    drawn_fps: str = Field(description="What was drawn; the pictures between are interpolated.")
    frames: int = Field(description="Pictures.")
    video: FinishedVideo | None = Field(description="The files and what was found in them.")
    assets: list[Asset]
    rows: list[Rows]
    provenance: Provenance
    warnings: list[str]


@flow(
    name="generate-video",
    description="A video of words, a picture or a scene, up to 8K at 120 pictures a second with HDR10+.",
    persist_result=True,
    result_serializer="json",
)
def generate_video(request: VideoRequest) -> VideoGeneration:
    """Drawing -> segments -> one file that is checked. A run that is made again makes what is missing.

    Raises `ModelUnavailable` when the model cannot draw here and `strict` lets no other stand in, `UnknownScene`,
    `CaptureError` for a capture that can't be learnt from, `SegmentsFailed` when a segment could not be made,
    `BlockError` when a uri can't be read or a store is away.
    """
    request = _with_seed(request)
    choice = choose_video_model(request)
    outline = outline_of(request, choice)
    show_estimate(outline.estimate)
    if request.dry_run:
        return _result(request, choice, outline, "estimated")
    sweep_work()
    drawn = drawn_scene(request, outline) if choice.draws_scene else drawn_clip(request, choice, outline)
    if drawn.refusal is not None:
        return _result(request, choice, outline, "blocked", drawn)
    segments = render_segments(drawn.job)
    video = finish_video(drawn.job, segments, inscription_of(request, drawn))
    rows = publish_video_rows(video, request, drawn)
    result = _result(request, choice, outline, "made", drawn, video, [rows])
    show_video(video, _facts(result))
    return result
