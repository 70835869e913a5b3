"""Segments joined into the video, which is checked, and what is shown of it."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, ConfigDict, Field

from blocks.asset_store import Asset, AssetStore
from tasks.run import asset_path
from tasks.video.job import VideoJob
from tasks.video.segment import KeptSegment

_DECODED = 48  # pictures that a decoder looks at, beside the parser that looks at all: 8K decodes slowly


class FinishedVideo(BaseModel):
    """The files of a video, and what was found in them."""

    model_config = ConfigDict(frozen=True)

    video: Asset = Field(description="HEVC in MP4.")
    preview: Asset = Field(description="H.264 of at most 1280 x 720 for any browser.")
    poster: Asset = Field(description="A picture of its middle.")
    sidecar: Asset | None = Field(description="HDR10+ metadata as JSON, where the video has them.")
    profile: str = Field(description="Of HEVC.", examples=["Main 10"])
    level: str = Field(description="Of HEVC, with its tier.", examples=["6.1 high"])
    max_cll: int | None = Field(description="Brightest pixel, cd/m2; null without HDR.")
    max_fall: int | None = Field(description="Brightest picture's mean, cd/m2; null without HDR.")
    dynamic: int = Field(description="Pictures with HDR10+ metadata.")
    checked_by: list[str] = Field(description="Readers that found everything as it should be.")

    @property
    def assets(self) -> list[Asset]:
        """Its files."""
        return [self.video, self.preview, self.poster, *([self.sidecar] if self.sidecar else [])]


@task(
    name="finish-video",
    description="Join the segments without encoding again, check every picture's time and metadata, make the preview.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=1,
    retry_delay_seconds=1,
)
def finish_video(job: VideoJob, segments: Sequence[KeptSegment], provenance: str) -> FinishedVideo:
    """The finished files in the asset store.

    Args:
        provenance: Goes into the file as its comment.

    Raises:
        SegmentMismatch: A segment is not of this video.
        WrongVideo: What was written is not what was asked for; the message lists all that is wrong.
        AssetStoreError: The store is away.
    """
    from models.image_file import write_picture  # noqa: PLC0415 - Pillow where a picture is written
    from models.video_file import (  # noqa: PLC0415 - loaded where video is written
        Expected,
        check_video,
        hdr10plus_json,
        join_segments,
        read_poster,
        write_preview,
    )

    store, form = AssetStore.default(), job.plan.format
    with TemporaryDirectory(prefix="video-") as name:
        folder = Path(name)
        files = [folder / f"{segment.number}.mp4" for segment in segments]
        for segment, file in zip(segments, files, strict=True):
            store.download(segment.uri, file)
        video = folder / "video.mp4"
        light = join_segments(files, video, form, provenance, cuts=job.cuts)
        report = check_video(video, Expected(form, light, provenance), decode=_DECODED)
        write_preview(video, folder / "preview.mp4", light.brightest)
        poster = read_poster(video, light.brightest, job.plan.frames // 2)
        sidecar = hdr10plus_json(light).encode() if job.plan.hdr == "hdr10+" else None
        return FinishedVideo(
            video=store.put(asset_path("video.mp4"), video, "video/mp4"),
            preview=store.put(asset_path("preview.mp4"), folder / "preview.mp4", "video/mp4"),
            poster=store.put(asset_path("poster.jpg"), write_picture(poster, "jpeg", provenance), "image/jpeg"),
            sidecar=store.put(asset_path("hdr10plus.json"), sidecar, "application/json") if sidecar else None,
            profile=report.profile,
            level=f"{report.level} {report.tier}",
            max_cll=report.max_cll,
            max_fall=report.max_fall,
            dynamic=report.dynamic,
            checked_by=list(report.readers),
        )
