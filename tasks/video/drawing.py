"""What a video's segments are made from: a scene with a camera's way through it, or a model's clip."""

from dataclasses import dataclass
from typing import Final

from models.drawing import Pixels
from tasks.image.refusal import Refusal
from tasks.one_thread import one_thread
from tasks.video.camera_move import CameraMove
from tasks.video.clip import KeptClip, draw_clip
from tasks.video.hosted import draw_hosted_clip
from tasks.video.job import ClipSource, FieldSource, VideoJob
from tasks.video.model_card import ModelCard
from tasks.video.pictures import field_pictures
from tasks.video.plan import VideoPlan
from tasks.video.scene import NAME, Scene, captured_scene, learnt_scene, world_scene

_LOOKED_AT: Final = 8  # pictures along the path, to know how bright a scene gets


@dataclass(frozen=True)
class Drawn:
    """A job, and what draws its pictures.

    Attributes:
        source: What was drawn from, in words.
        notes: What should be known.
    """

    job: VideoJob
    model: str
    model_version: str
    weights_sha256: str | None
    source: str
    notes: tuple[str, ...]


def from_scene(
    plan: VideoPlan,
    *,
    prompt: str,
    scene: str | None,
    move: CameraMove,
    seed: int,
    steps: int | None,
    style: str | None,
) -> Drawn:
    """A radiance field and a camera: of a scene by name, a capture by uri, or a world that the prompt names.

    Raises:
        UnknownScene: No scene of that name was learnt.
        CaptureError: The file is no capture.
        BlockError: A uri can't be read, a store is away.
    """
    if scene is None:
        found = world_scene(prompt, seed, steps)
    else:
        found = learnt_scene(scene) if NAME.fullmatch(scene) else captured_scene(scene, steps)
    source = FieldSource(
        scene=found.version.name,
        version=found.version.version,
        sky_of=found.sky_of,
        seed=seed,
        centre=found.centre,
        radius=found.radius,
        move=move,
    )
    brightest = _brightest(source, plan) if plan.hdr == "none" else None
    job = VideoJob(plan=plan, source=source, style=style, brightest=brightest)
    return Drawn(
        job,
        "nerf",
        f"{found.version.name} {found.version.version}",
        found.version.weights_sha256,
        found.source,
        _told(found),
    )


def _told(scene: Scene) -> tuple[str, ...]:
    quality = scene.metrics.get("psnr")
    judged = () if quality is None else (f"The field draws views that it has not seen at {quality:.1f} dB PSNR.",)
    return (*scene.notes, *judged)


def _brightest(source: FieldSource, plan: VideoPlan) -> float:
    """The brightest light of some pictures along the path."""
    step = max(plan.frames // _LOOKED_AT, 1)
    with one_thread():
        return max(float(light.max()) for light in field_pictures(source, plan, 0, plan.frames, step))


def from_clip(
    plan: VideoPlan,
    card: ModelCard,
    *,
    prompt: str,
    negative_prompt: str,
    start: Pixels | None,
    seed: int,
    steps: int | None,
    guidance: float | None,
    style: str | None,
    strict: bool,
) -> Drawn | Refusal:
    """A model's clip, or why it must not be drawn.

    Raises:
        DrawingRefused: The model cannot do what is asked.
        VideoProviderError: The provider is away, or cannot do it.
    """
    from models.clip import Clip  # noqa: PLC0415 - numpy where pictures are

    clip = Clip(
        prompt=prompt,
        width=plan.drawn_width,
        height=plan.drawn_height,
        frames=plan.drawn_frames,
        seed=seed,
        negative_prompt=negative_prompt,
        steps=steps,
        guidance=guidance,
        init=start,
    )
    bright = plan.hdr != "none"
    if card.runs == "hosted":
        kept = draw_hosted_clip(card.id, clip, plan.drawn_rate, bright=bright, strict=strict)
        if isinstance(kept, Refusal):
            return kept
    else:
        kept = draw_clip(card.id, clip, plan.drawn_rate, bright=bright)
    source = ClipSource(uri=kept.uri, cuts=kept.cuts)
    job = VideoJob(plan=plan, source=source, style=style, brightest=kept.brightest, cuts=_cuts(kept, plan))
    return Drawn(job, kept.model, kept.model_version, kept.weights_sha256, "the request", kept.notes)


def _cuts(kept: KeptClip, plan: VideoPlan) -> tuple[int, ...]:
    from models.interpolation import Retiming  # noqa: PLC0415 - OpenCV where pictures move

    retiming = Retiming(plan.drawn_rate, plan.rate, plan.drawn_frames)
    return tuple(sorted(cut for cut in retiming.cuts(frozenset(kept.cuts)) if cut < plan.frames))
