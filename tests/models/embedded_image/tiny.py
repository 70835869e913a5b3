"""A small untrained embedded model: every part is real, and nothing that it draws means anything."""

from pathlib import Path

import numpy as np
import torch
from diffusers import UNet2DConditionModel

from models.embedded_image.autoencoder import CHANNELS, fit_patches
from models.embedded_image.card import Card
from models.embedded_image.enlarger import Enlarger
from models.embedded_image.model import EmbeddedImageModel
from models.embedded_image.saving import save
from models.embedded_image.text import WIDTH, new_text_encoder, train_tokenizer
from models.embedded_image.training.dataset import Chunk, chunk


def tiny_scenes() -> Chunk:
    """Forty scenes of 64 x 64 pixels."""
    return chunk(1, (64, 64), count=40)


def tiny_denoiser() -> UNet2DConditionModel:
    return UNet2DConditionModel(
        sample_size=8,
        in_channels=CHANNELS,
        out_channels=CHANNELS,
        layers_per_block=1,
        block_out_channels=(32, 32),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=WIDTH,
        attention_head_dim=8,
        norm_num_groups=16,
        addition_embed_type="text",
        addition_embed_type_num_heads=8,
    )


def write_tiny_model(folder: Path) -> Path:
    """Weights as the code's own lie, in a folder."""
    torch.manual_seed(0)
    scenes = tiny_scenes()
    tokenizer = train_tokenizer([said for wordings in scenes.captions for said in wordings], folder / "words", 400)
    model = EmbeddedImageModel(
        tiny_denoiser().eval(),
        new_text_encoder(tokenizer).eval(),
        tokenizer,
        fit_patches(scenes.pixels.astype(np.float32)).eval(),
        Enlarger(width=8, depth=1).eval(),
    )
    save(model, Card("tiny", "MIT", {"steps": 0}, {}), folder / "weights")
    return folder / "weights"
