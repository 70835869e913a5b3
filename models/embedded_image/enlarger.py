"""The super-resolution network: four times wider and higher, on light as `encode_light` has it."""

import torch
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

SCALE = 4


class Enlarger(ModelMixin, ConfigMixin):  # type: ignore[misc]  # diffusers is not typed
    """A residual network with a pixel shuffle at its end (Lim et al. 2017, arXiv 1707.02921), beside plain bicubic."""

    config_name = "config.json"

    @register_to_config  # type: ignore[untyped-decorator]  # diffusers is not typed
    def __init__(self, width: int = 40, depth: int = 5) -> None:
        super().__init__()
        self.enter = nn.Conv2d(3, width, 5, padding=2, padding_mode="replicate")
        self.blocks = nn.ModuleList(
            nn.Sequential(_convolution(width, width), nn.PReLU(width), _convolution(width, width)) for _ in range(depth)
        )
        self.leave = _convolution(width, 3 * SCALE * SCALE)
        nn.init.zeros_(self.leave.weight)

    def forward(self, pictures: Tensor) -> Tensor:
        """(n, 3, height, width) to (n, 3, 4 height, 4 width)."""
        found = self.enter(pictures)
        for block in self.blocks:
            found = found + block(found)
        smooth = nn.functional.interpolate(pictures, scale_factor=SCALE, mode="bicubic", align_corners=False)
        sharp: Tensor = smooth + nn.functional.pixel_shuffle(self.leave(found), SCALE)
        return sharp


def _convolution(inward: int, outward: int) -> nn.Conv2d:
    # Copies of the edge in place of zeros: a border of black would draw a frame.
    return nn.Conv2d(inward, outward, 3, padding=1, padding_mode="replicate")


@torch.inference_mode()
def enlarge(network: Enlarger, picture: Tensor, width: int, height: int) -> Tensor:
    """A picture (3, h, w) as (3, height, width): its middle, where the shapes differ.

    Works in strips, so that the memory needed does not grow with the picture's height.
    """
    while picture.shape[1] < height or picture.shape[2] < width:
        picture = _in_strips(network, picture)
    scale = max(height / picture.shape[1], width / picture.shape[2])
    sizes = (max(round(picture.shape[1] * scale), height), max(round(picture.shape[2] * scale), width))
    fitted = nn.functional.interpolate(picture[None], size=sizes, mode="bicubic", align_corners=False, antialias=True)[
        0
    ]
    top, left = (fitted.shape[1] - height) // 2, (fitted.shape[2] - width) // 2
    return fitted[:, top : top + height, left : left + width].contiguous()


def _in_strips(network: Enlarger, picture: Tensor, rows: int = 128, margin: int = 16) -> Tensor:
    """Enlarge strip by strip; a margin of what lies above and below is seen with each, so that none shows."""
    parts = []
    for start in range(0, picture.shape[1], rows):
        above, below = max(start - margin, 0), min(start + rows + margin, picture.shape[1])
        strip = network(picture[None, :, above:below])[0]
        first = (start - above) * SCALE
        parts.append(strip[:, first : first + min(rows, picture.shape[1] - start) * SCALE])
    return torch.cat(parts, 1)
