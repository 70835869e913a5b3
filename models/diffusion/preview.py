"""A quick look at latents: the linear map to colours that fits the autoencoder best."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.drawing import Pixels


@torch.inference_mode()
def fit_preview(vae: Any, side: int = 64) -> NDArray[np.float32]:
    """(channels + 1, 3): from latents, and a constant, to sRGB; from the latents of 27 flat colours."""
    levels = torch.tensor([-0.8, 0.0, 0.8])
    colours = torch.cartesian_prod(levels, levels, levels)
    found = []
    for colour in colours:
        flat = colour.view(1, 3, 1, 1).expand(1, 3, side, side).to(vae.device, vae.dtype)
        latents = vae.encode(flat).latent_dist.mode() * vae.config.scaling_factor
        found.append(latents.float().mean((0, 2, 3)).cpu())
    rows = np.concatenate([torch.stack(found).numpy(), np.ones((len(found), 1))], 1)
    fitted, *_ = np.linalg.lstsq(rows, (colours.numpy() + 1) / 2, rcond=None)
    return np.asarray(fitted, np.float32)


def look(latents: Tensor, fitted: NDArray[np.float32]) -> Pixels:
    """The first picture of a batch of latents, an eighth of its size."""
    channels = latents[0].detach().float().cpu().permute(1, 2, 0).numpy()
    colours = channels @ fitted[:-1] + fitted[-1]
    return np.asarray(np.round(np.clip(np.nan_to_num(colours), 0, 1) * 255), np.uint8)
