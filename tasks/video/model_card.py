"""stub"""

from functools import lru_cache

from pydantic import BaseModel


class VideoModelCard(BaseModel):
    id: str
    title: str = ""
    runs: str = "local"
    needs_weights: bool = False
    features: tuple[str, ...] = ("text_to_video",)
    fps: float | None = None
    most_frames: int | None = None
    pixels: int = 64 * 64
    multiple: int = 8
    seconds_a_picture: float = 1
    usd_a_second: float | None = 0
    basis: str = "x"


@lru_cache
def video_model_cards() -> dict[str, VideoModelCard]:
    return {c.id: c for c in (VideoModelCard(id="nerf", features=("scene",)), VideoModelCard(id="embedded", fps=8))}
