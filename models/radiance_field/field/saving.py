"""Fields as files: safetensors and a card in JSON."""

import hashlib
from pathlib import Path
from typing import Final

import torch
from pydantic import ValidationError
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file

from models.radiance_field.field.card import FieldCard
from models.radiance_field.field.radiance_field import RadianceField

_LARGEST_CARD: Final = 100_000
_CARD, _WEIGHTS = "card.json", "field.safetensors"


class BrokenField(ValueError):
    """The folder holds no field that can be drawn; the message says what is wrong in which file."""


def save_field(field: RadianceField, card: FieldCard, folder: Path) -> FieldCard:
    """Write a field and its card into a folder; the card comes last, so that there is none without its field.

    Returns:
        The card with the digest of the numbers.

    Raises:
        ValueError: The card is of another shape or box than the field.
    """
    if card.shape != field.shape or card.box != field.box:
        raise ValueError("a field is saved with the card of its own shape and box")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _CARD).unlink(missing_ok=True)
    save_file({name: value.cpu().contiguous() for name, value in field.state_dict().items()}, folder / _WEIGHTS)
    card = card.model_copy(update={"weights_digest": _digest(folder / _WEIGHTS)})
    (folder / _CARD).write_text(card.model_dump_json(indent=2) + "\n")
    return card


def read_field_card(folder: Path) -> FieldCard:
    """The card alone.

    Raises:
        BrokenField: There is none, or it is not as `FieldCard` has it.
    """
    file = folder / _CARD
    try:
        if file.stat().st_size > _LARGEST_CARD:
            raise BrokenField(f"{_CARD} has more than {_LARGEST_CARD:,} bytes")
        return FieldCard.model_validate_json(file.read_bytes())
    except OSError as error:
        raise BrokenField(f"there is no {_CARD} in the folder") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "it"
        raise BrokenField(f"{_CARD} is no card of a field: {where}: {first['msg']}") from error


def load_field(folder: Path, device: str = "cpu") -> tuple[RadianceField, FieldCard]:
    """A field that `save_field` wrote, from anyone.

    Raises:
        BrokenField: The card or the numbers are missing, damaged, not finite, or do not belong together.
    """
    card = read_field_card(folder)
    file = folder / _WEIGHTS
    if not file.is_file():
        raise BrokenField(f"there is no {_WEIGHTS} in the folder")
    if _digest(file) != card.weights_digest:
        raise BrokenField(f"{_WEIGHTS} is not the file that {_CARD} was written for")
    with torch.device("meta"):
        expected = {
            name: (list(value.shape), value.dtype)
            for name, value in RadianceField(card.shape, card.box).state_dict().items()
        }
    try:
        with safe_open(file, "pt") as opened:
            there = {name: opened.get_slice(name).get_shape() for name in opened.keys()}  # noqa: SIM118 - no mapping
        if there != {name: shape for name, (shape, _) in expected.items()}:
            raise BrokenField(f"the numbers in {_WEIGHTS} are not those of the shape in {_CARD}")
        state = load_file(file, device=device)
    except SafetensorError as error:
        raise BrokenField(f"{_WEIGHTS} is cut off or damaged") from error
    for name, value in state.items():
        if value.dtype != expected[name][1] or not torch.isfinite(value).all():
            raise BrokenField(f"{_WEIGHTS}: {name} holds other numbers than finite ones of {expected[name][1]}")
    field = RadianceField(card.shape, card.box).to(device)
    field.load_state_dict(state)
    return field.eval(), card


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
