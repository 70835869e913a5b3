"""What comes of asking a provider: pictures, or its word that it will not draw them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HostedPicture:
    """One picture: a PNG file, its size in pixels, and the prompt as the provider rewrote it, where it says so."""

    png: bytes
    width: int
    height: int
    revised_prompt: str | None = None


@dataclass(frozen=True)
class Usage:
    """Tokens that the provider counted, and dollars by the list prices in force when this was written, if known."""

    input_text_tokens: int
    input_image_tokens: int
    output_tokens: int
    estimated_usd: float | None


@dataclass(frozen=True)
class Made:
    """Pictures.

    Attributes:
        asked_model: The id in the request.
        served_model: The id of the model that drew.
        sent_size: Width and height that the provider was asked for.
        usage: None where the provider told none.
        notes: What differs from the request: another model, another size, fewer pictures, no seed.
    """

    pictures: tuple[HostedPicture, ...]
    asked_model: str
    served_model: str
    sent_size: tuple[int, int]
    usage: Usage | None
    attempts: int
    request_id: str | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Blocked:
    """The provider's moderation refused; no picture was given.

    Attributes:
        stage: "input" where the words or the picture sent were refused, "output" where what was drawn was; None
            where the provider does not say.
        categories: The provider's own words, such as "sexual"; may be empty.
        reason: One line for people.
    """

    asked_model: str
    served_model: str
    stage: str | None
    categories: tuple[str, ...]
    reason: str
    request_id: str | None


Outcome = Made | Blocked
