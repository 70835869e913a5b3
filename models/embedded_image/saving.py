"""The embedded model's networks as files: half precision, safetensors, diffusers' folder layout."""

import json
from dataclasses import asdict
from pathlib import Path

import torch

from models.embedded_image.card import Card
from models.embedded_image.model import EmbeddedImageModel


def save(model: EmbeddedImageModel, card: Card, folder: Path) -> None:
    """Write every part and the card into a folder; `EmbeddedImageModel.load` reads it.

    The networks of `model` are in half precision afterwards.
    """
    parts = {
        "unet": model.unet,
        "text_encoder": model.text,
        "vae": model.autoencoder,
        "enlarger": model.enlarger,
    }
    for name, part in parts.items():
        part.to(torch.float16).save_pretrained(folder / name, safe_serialization=True)
    (folder / "tokenizer").mkdir(parents=True, exist_ok=True)
    model.tokenizer.backend_tokenizer.model.save(str(folder / "tokenizer"))  # vocab.json and merges.txt
    (folder / "card.json").write_text(json.dumps(asdict(card), indent=2) + "\n")
