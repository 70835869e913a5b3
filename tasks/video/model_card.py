"""The registry of video models: what each is, where it comes from, what it can do."""

from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from blocks.video_provider import LIVE, RETIRED, HostedModel

_FILE: Final = Path(__file__).with_name("model_cards.json")

Feature = Literal[
    "text_to_video",
    "image_to_video",
    "negative_prompt",
    "steps",
    "guidance",
    "seed",
    "camera_path",
    "hdr",
]


class ModelCard(BaseModel):
    """One model."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    id: str = Field(description="What a request's `model` says.", examples=["embedded"])
    title: str = Field(description="What it is.")
    runs: Literal["local", "hosted"] = Field(description="On these machines, or at a provider who is paid for it.")
    source: str = Field(description="Where its weights come from.")
    licence: str = Field(description="Licence of the weights or terms of the service.")
    native_sizes: tuple[str, ...] = Field(description="What it draws by itself; other sizes are enlarged or cut.")
    fps: float | None = Field(
        gt=0,
        description="Frames a second at which its motion is natural; other rates are interpolated. None: any.",
    )
    frame_step: int = Field(
        ge=1, description="Its frame counts are multiples of this, plus one; more are drawn and dropped. 1: any count."
    )
    longest_frames: int | None = Field(ge=1, description="Most frames in one piece. None: as many as are asked for.")
    features: tuple[Feature, ...] = Field(description="Which parts of a request it follows.")
    memory: str = Field(description="What it needs.")
    served_by: tuple[str, ...] = Field(
        (), description="For a model that is served no longer: those that stand in for it unless the block says others."
    )
    screened: bool = Field(
        True,
        description="Whether its pictures are looked at before they are given out; models that know no people are not.",
    )


@lru_cache(maxsize=1)
def model_cards() -> dict[str, ModelCard]:
    """Every video model by its id."""
    local = TypeAdapter(tuple[ModelCard, ...]).validate_json(_FILE.read_bytes())
    return {card.id: card for card in (*local, *map(_hosted, LIVE.values()), *map(_retired, RETIRED))}


def _hosted(model: HostedModel) -> ModelCard:
    sizes = dict.fromkeys((*model.word_sizes, *model.picture_sizes))
    features: list[Feature] = ["image_to_video", "seed"]
    features += ["text_to_video"] if model.word_sizes else []
    features += ["negative_prompt"] if model.negative else []
    features += ["hdr"] if model.hdr_credits is not None else []
    lengths = f"{model.seconds[0]} to {model.seconds[-1]} s"
    return ModelCard(
        id=model.id,
        title=f"Runway: {model.id}, {lengths}",
        runs="hosted",
        source="https://docs.dev.runwayml.com/guides/models/",
        licence="Runway's terms of use",
        native_sizes=tuple(f"{width}x{height}" for width, height in sizes),
        fps=24,
        frame_step=1,
        longest_frames=24 * model.seconds[-1],
        features=tuple(features),
        memory=f"none here: {model.credits / 100:.2f} dollars a second; needs RUNWAYML_API_SECRET",
    )


def _retired(name: str) -> ModelCard:
    successors = RETIRED[name].successors
    first = _hosted(LIVE[successors[0]])
    told = {
        "id": name,
        "title": f"Runway: {name}; no longer served, {' or '.join(successors)} draws in its place",
        "served_by": successors,
    }
    return first.model_copy(update=told)
