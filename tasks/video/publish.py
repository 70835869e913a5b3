"""Videos as rows, and what is shown of them on their run's page."""

from collections.abc import Mapping
from typing import Any

from prefect import task
from prefect.artifacts import create_image_artifact, create_link_artifact, create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from blocks.asset_store import AssetStore
from blocks.warehouse import Rows, Warehouse
from tasks.image.inscription import Inscription
from tasks.markdown import literal
from tasks.run import asset_path, run_id
from tasks.video.estimate import Estimate
from tasks.video.finish import FinishedVideo
from tasks.video.plan import VideoPlan


@task(
    name="publish-video-rows",
    description="The video as a row of generated_videos.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_video_rows(video: FinishedVideo, plan: VideoPlan, said: Inscription) -> Rows:
    """One row; its time is when the video was stored, if a run is repeated too. Raises `WarehouseError`."""
    from blocks.warehouse.tables import generated_videos  # noqa: PLC0415 - SQLAlchemy where it is used

    run = run_id()
    row = {
        "run_id": run,
        "created_at": AssetStore.default().stat(asset_path(video.video.name)).created,
        "prompt": said.request["prompt"],
        "style": said.request.get("style"),
        "model": said.model,
        "model_version": said.model_version,
        "seed": said.seed,
        "width": plan.width,
        "height": plan.height,
        "frames": plan.frames,
        "frames_per_second": float(plan.rate),
        "hdr": plan.hdr,
        "max_cll": video.max_cll,
        "max_fall": video.max_fall,
        "uri": video.video.uri,
        "sha256": video.video.sha256,
        "bytes": video.video.bytes,
    }
    return Warehouse.default().publish(generated_videos, [row], run_id=run)


def show_estimate(estimate: Estimate, plan: VideoPlan) -> None:
    """What it will take, on the run's page before it is begun."""
    lines = [
        f"**{plan.frames:,} pictures of {plan.width} x {plan.height}** at {plan.fps} a second, drawn at "
        f"{plan.drawn_width} x {plan.drawn_height}",
        f"**Time**: about {duration_in_words(estimate.seconds)}",
        f"**Segments**: {estimate.segments}, {estimate.side_by_side} at a time",
        f"**Memory**: {estimate.memory_bytes / 2**30:.1f} GiB",
        f"**Cost**: {'unknown' if estimate.cost_usd is None else f'{estimate.cost_usd:.2f} USD'}",
        f"*{estimate.basis}*",
    ]
    page = "## What it takes\n\n" + "\n\n".join(lines)
    create_markdown_artifact(page, key="video-estimate", description="What the video takes")


def show_video(video: FinishedVideo, facts: Mapping[str, Any]) -> None:
    """Poster, preview and files, on the run's page."""
    create_image_artifact(video.poster.url, key="video-poster", description="A picture of its middle")
    create_link_artifact(video.preview.url, link_text="Play the preview", key="video-preview")
    lines = [f"**{literal(str(said))}**: {literal(str(what))}  " for said, what in facts.items()]
    files = [f"- [{literal(asset.name)}]({asset.url}), {asset.bytes:,} bytes" for asset in video.assets]
    page = "\n".join(["## Video", "", *lines, "", *files])
    create_markdown_artifact(page, key="video-summary", description="What was made, and how")


def duration_in_words(seconds: float) -> str:
    """As people say it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"
