"""The registry of image models: what each is, where it comes from, what it can do."""

from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from blocks.image_provider import LIVE, RETIRED

_FILE: Final = Path(__file__).with_name("model_cards.json")


class ModelCard(BaseModel):
    """One model."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    id: str = Field(description="What a request's `model` says.", examples=["embedded"])
    title: str = Field(description="What it is.")
    runs: Literal["local", "hosted"] = Field(description="On these machines, or at a provider who is paid for it.")
    source: str = Field(description="Where its weights come from.")
    licence: str = Field(description="Licence of the weights or terms of the service.")
    native_sizes: tuple[str, ...] = Field(description="What it draws by itself; other sizes are enlarged or cut.")
    features: tuple[str, ...] = Field(description="Which parts of a request it follows.")
    memory: str = Field(description="What it needs.")
    screened: bool = Field(
        True,
        description="Whether its pictures are looked at before they are given out; the embedded one knows no people.",
    )


@lru_cache(maxsize=1)
def model_cards() -> dict[str, ModelCard]:
    """Every image model by its id."""
    cards = TypeAdapter(tuple[ModelCard, ...]).validate_json(_FILE.read_bytes())
    return {card.id: card for card in (*cards, *map(_hosted, (*RETIRED, *LIVE)))}


def _hosted(name: str) -> ModelCard:
    retired = RETIRED.get(name)
    served = f"; shut down on {retired.ended:%-d %B %Y}, served by a successor" if retired else ""
    sizes = ("1024x1024", "1536x1024", "1024x1536")
    return ModelCard(
        id=name,
        title=f"OpenAI Images: {name}{served}",
        runs="hosted",
        source="https://developers.openai.com/api/docs/guides/image-generation",
        licence="OpenAI's terms of use",
        native_sizes=sizes if name not in LIVE or not LIVE[name].any_size else (*sizes, "up to 3840x2160"),
        features=("style_words", "negative_prompt", "init_image", "mask_image"),
        memory="none here: each picture is paid for; needs OPENAI_API_KEY",
    )
