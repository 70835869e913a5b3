"""Pictures made larger, up to 8K, in tiles: by our own network, by Real-ESRGAN's, or by plain resampling.

Pictures are scene-linear float32 (height, width, 3) in BT.709, 1 is diffuse white; light beyond white stays, up to 40
times white. Each is made from its own source alone: a segment of pictures [a, b) needs the sources [a, b).

    network = own_network()                                # or real_esrgan(Path("RealESRGAN_x2plus.safetensors"))
    larger = upscaled(frames, 7680, 4320, network)         # one by one; `upscale` for a single picture

Where no network suits, "lanczos" or "bicubic" in its place are resampling and nothing else.
"""

from models.upscaling.network import Network, name_of
from models.upscaling.own import own_network
from models.upscaling.real_esrgan import UnknownWeights, real_esrgan
from models.upscaling.upscaling import CannotUpscale, upscale, upscaled

__all__ = [
    "CannotUpscale",
    "Network",
    "UnknownWeights",
    "name_of",
    "own_network",
    "real_esrgan",
    "upscale",
    "upscaled",
]
