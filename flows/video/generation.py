"""Videos from words, pictures and scenes."""

import secrets
from typing import Any, Literal

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from blocks.asset_store import Asset
from blocks.warehouse import Rows
from flows.video.request import SEEDS, VideoRequest
from tasks.image.inscription import Inscription
from tasks.image.refusal import Refusal
from tasks.image.safety import refused_words
from tasks.image.start_picture import fetch_picture
from tasks.provenance import Provenance, code_version, request_digest
from tasks.run import run_id
from tasks.video.camera_file import with_file_kept
from tasks.video.choice import VideoChoice, choose_video_model
from tasks.video.drawing import Drawn, from_clip, from_scene
from tasks.video.estimate import Estimate
from tasks.video.finish import FinishedVideo, finish_video
from tasks.video.outline import estimate_of, outline
from tasks.video.plan import VideoPlan, frames_in
from tasks.video.publish import publish_video_rows, show_estimate, show_video
from tasks.video.rate import exact_rate
from tasks.video.segments import render_segments
from tasks.video.work import sweep_work


class VideoGeneration(BaseModel):
    """A video, and how it came about."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    run_id: str = Field(description="The flow run.")
    request: VideoRequest = Field(description="What was asked, with the seed that was used.")
    model: str = Field(description="What draws: a radiance field (nerf) or a video model.", examples=["nerf"])
    served_model: str | None = Field(description="Its exact name and version; null where nothing was drawn.")
    fallback: str | None = Field(description="Why another model than the one asked for drew; null where none did.")
    outcome: Literal["made", "estimated", "blocked"] = Field(
        description="Whether there is a video; or only what it would take; or it must not be made."
    )
    refusal: Refusal | None = Field(None, description="Who refused and why, where the outcome is `blocked`.")
    plan: VideoPlan = Field(description="Sizes, rates and segments, and what was drawn before any enlargement.")
    estimate: Estimate = Field(description="What it was expected to take, before it was begun.")
    video: FinishedVideo | None = Field(None, description="The files, and what was found in them.")
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
    """Drawing -> segments -> one file, which is checked. A run that is made again makes what is missing.

    Raises `ModelUnavailable` when the model cannot draw here and `strict` lets no other stand in, `UnknownScene`,
    `CaptureError` for a capture that can't be learnt from, `SegmentsFailed` when a segment could not be made,
    `BlockError` when a uri can't be read or a store is away.
    """
    request = _with_seed(request)
    choice = choose_video_model(
        request.model, use_nerf=request.use_nerf, strict=request.strict, from_picture=request.init_image is not None
    )
    rate = exact_rate(request.fps)
    plan = outline(choice.card, request.size, rate, frames_in(request.duration, rate), request.quality)
    expected = estimate_of(plan, choice.card, steps=request.steps, blur=request.camera_path.exposures)
    if refusal := refused_words(request.prompt):
        return _result(request, choice, plan, expected, "blocked", refusal=refusal)
    show_estimate(expected, plan)
    if request.dry_run:
        return _result(request, choice, plan, expected, "estimated")
    sweep_work()
    drawn = _from_scene(request, plan) if choice.draws_scene else _from_clip(request, choice, plan)
    if isinstance(drawn, Refusal):
        return _result(request, choice, plan, expected, "blocked", refusal=drawn)
    segments = render_segments(drawn.job)
    said = _inscription(request, drawn)
    video = finish_video(drawn.job, segments, said.text())
    rows = publish_video_rows(video, plan, said)
    result = _result(request, choice, plan, expected, "made", drawn=drawn, video=video, rows=[rows])
    show_video(video, _facts(result))
    return result


def _with_seed(request: VideoRequest) -> VideoRequest:
    """Draw the seed where none is given, so that the result says it."""
    return request if request.seed is not None else request.model_copy(update={"seed": secrets.randbelow(SEEDS)})


def _from_scene(request: VideoRequest, plan: VideoPlan) -> Drawn:
    return from_scene(
        plan,
        prompt=request.prompt,
        scene=request.scene,
        move=with_file_kept(request.camera_path),
        seed=request.seed or 0,
        steps=request.steps,
        style=request.style,
    )


def _from_clip(request: VideoRequest, choice: VideoChoice, plan: VideoPlan) -> Drawn | Refusal:
    return from_clip(
        plan,
        choice.card,
        prompt=request.prompt,
        negative_prompt=request.negative_prompt,
        start=fetch_picture(request.init_image, "init_image") if request.init_image else None,
        seed=request.seed or 0,
        steps=request.steps,
        guidance=request.guidance,
        style=request.style,
        strict=request.strict,
    )


def _inscription(request: VideoRequest, drawn: Drawn) -> Inscription:
    return Inscription(
        code_version=code_version(),
        request=request.model_dump(mode="json", exclude_defaults=True) | {"seed": request.seed},
        number=1,
        seed=request.seed,
        model=drawn.model,
        model_version=drawn.model_version,
        weights_sha256=drawn.weights_sha256,
    )


def _result(
    request: VideoRequest,
    choice: VideoChoice,
    plan: VideoPlan,
    expected: Estimate,
    outcome: Literal["made", "estimated", "blocked"],
    *,
    refusal: Refusal | None = None,
    drawn: Drawn | None = None,
    video: FinishedVideo | None = None,
    rows: list[Rows] | None = None,
) -> VideoGeneration:
    return VideoGeneration(
        run_id=run_id(),
        request=request,
        model=drawn.model if drawn else choice.card.id,
        served_model=f"{drawn.model} {drawn.model_version}" if drawn else None,
        fallback=choice.fallback,
        outcome=outcome,
        refusal=refusal,
        plan=plan,
        estimate=expected,
        video=video,
        assets=video.assets if video else [],
        rows=rows or [],
        provenance=Provenance(
            code_version=code_version(),
            request_sha256=request_digest(request),
            seed=request.seed,
            model=drawn.model if drawn else choice.card.id,
            model_version=drawn.model_version if drawn else "none drew",
            weights_sha256=drawn.weights_sha256 if drawn else None,
            data_source=drawn.source if drawn else "the request",
            data_sha256=request_digest(request),
        ),
        warnings=[
            *([choice.fallback] if choice.fallback else []),
            *([f"Nothing was made: {refusal.reason}"] if refusal else []),
            *(drawn.notes if drawn else ()),
        ],
    )


def _facts(result: VideoGeneration) -> dict[str, Any]:
    plan, video = result.plan, result.video
    facts: dict[str, Any] = {
        "Prompt": result.request.prompt,
        "Model": result.served_model,
        "Seed": result.request.seed,
        "Video": f"{plan.width} x {plan.height}, {plan.frames:,} pictures at {plan.fps} a second, {plan.hdr}",
        "Drawn at": f"{plan.drawn_width} x {plan.drawn_height}, {plan.drawn_fps} a second",
    }
    if video is not None:
        facts["Coded as"] = f"HEVC {video.profile}, level {video.level}; found so by {', '.join(video.checked_by)}"
        if video.max_cll is not None:
            facts["Light"] = (
                f"MaxCLL {video.max_cll}, MaxFALL {video.max_fall} cd/m2; HDR10+ in {video.dynamic} pictures"
            )
    return facts | {f"Note {number}": told for number, told in enumerate(result.warnings, 1)}
