"""Light beyond paper white: measured, written for screens that show it, and brought down for those that do not.

Pictures are scene-linear float32 (height, width, 3) in BT.709 primaries; 1 is diffuse white, 203 cd/m2 (BT.2408).
`measure_light` says how bright they are, `write_exr`, `write_pq_avif` and `write_ultrahdr` give files, `tone_map` the
picture for an ordinary screen, `expand` guesses light from such a picture, `pu21_psnr` judges the guess.
"""

from models.hdr.avif import write_pq_avif
from models.hdr.expansion import BrightTones, count_bright_tones, expand
from models.hdr.exr import write_exr
from models.hdr.levels import LightLevels, measure_light
from models.hdr.quality import pu21_psnr
from models.hdr.radiance import NoLight
from models.hdr.tone_map import tone_map
from models.hdr.ultrahdr import write_ultrahdr

__all__ = [
    "BrightTones",
    "LightLevels",
    "NoLight",
    "count_bright_tones",
    "expand",
    "measure_light",
    "pu21_psnr",
    "tone_map",
    "write_exr",
    "write_pq_avif",
    "write_ultrahdr",
]
