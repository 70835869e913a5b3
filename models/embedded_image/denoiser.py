"""The embedded model's denoiser: a U-Net on 8 x 8 latents, told what to draw by cross-attention and a pooled vector."""

from diffusers import UNet2DConditionModel

from models.embedded_image.autoencoder import CHANNELS
from models.embedded_image.text import WIDTH

# How far times are moved towards noise, in training and in drawing (Esser et al. 2024, arXiv 2403.03206, 5.3.2): a
# patch's mean varies three times as much as noise does, so a picture's colours are decided while it is mostly noise.
SHIFT = 2.5


def new_denoiser() -> UNet2DConditionModel:
    """An untrained one, about 6.6 million parameters; it predicts the velocity of a rectified flow."""
    return UNet2DConditionModel(
        sample_size=8,
        in_channels=CHANNELS,
        out_channels=CHANNELS,
        layers_per_block=1,
        block_out_channels=(96, 160),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=WIDTH,
        attention_head_dim=8,
        norm_num_groups=16,
        addition_embed_type="text",
        addition_embed_type_num_heads=8,
    )
