"""A scene's light for the screen that shows it: HDR10+, SMPTE ST 2094-40 application 4 version 1.

What the nine values hold is not what their indices say. Index 5 is DistributionY99, the 99.99 % value; index 10 is
DistributionY100nit, the percentage (0 to 100) of pixels of at most 100 cd/m2; index 99 is the 99.98 % value; the others
are the percentiles of their names. Found in OpusGang/awsmfunc (`src/awsmfunc/types/misc.py`, `Hdr10PlusHistogram`) and,
in the same words, in kernel headers that makers of television chips publish ("DistributionY99 * 10",
"DistributionY100nit", "99.98% percentile linearized maxRGB value * 10"). Those headers also say that
fraction_bright_pixels is 0 in HDR10+, and quietvoid/hdr10plus_tool writes it so (`metadata_json.rs`). Without a tone
curve and with a target luminance of 0 it is profile A (there, `metadata.rs`).
"""

from dataclasses import dataclass
from typing import Final

from models.video_file.bits import BitReader, BitWriter
from models.video_file.histogram import percentiles
from models.video_file.light import SceneLight

INDICES: Final = (1, 5, 10, 25, 50, 75, 90, 95, 99)
# Country (United States), provider (Samsung), oriented code, application 4, version 1: ITU-T T.35 and ST 2094-40.
HEADER: Final = bytes((0xB5, 0x00, 0x3C, 0x00, 0x01, 0x04, 0x01))


@dataclass(frozen=True)
class DynamicMetadata:
    """What is said of a picture, in tenths of a cd/m2.

    Attributes:
        max_scl: The scene's brightest red, green and blue.
        average: The mean of the pixels' largest channels.
        distribution: Nine values for `INDICES`.
    """

    max_scl: tuple[int, int, int]
    average: int
    distribution: tuple[int, ...]


def metadata_of(scene: SceneLight) -> DynamicMetadata:
    """The metadata that all of a scene's pictures carry.

    Percentiles are of all of the scene's pixels together, as the standard defines them; the two near the top are those
    of its brightest picture, so that a short flash is not lost among many dark pictures.
    """
    brightest = max(scene.max_scl)  # a bin's middle may be a little above
    one, *others = (min(value, brightest) for value in percentiles(scene.bins, (1, 25, 50, 75, 90, 95)))
    share = round(100 * scene.share_below_100)
    return DynamicMetadata(scene.max_scl, scene.average, (one, scene.highest, share, *others, scene.almost_highest))


def packed(metadata: DynamicMetadata) -> bytes:
    """The T.35 payload, from the country code on: 49 bytes."""
    writer = BitWriter()
    writer.put_bytes(HEADER)
    writer.put(1, 2)  # one window, the picture
    writer.put(0, 27)  # target luminance: profile A
    writer.put(0, 1)  # no actual peak luminances
    for value in (*metadata.max_scl, metadata.average):
        writer.put(value, 17)
    writer.put(len(INDICES), 4)
    for index, value in zip(INDICES, metadata.distribution, strict=True):
        writer.put(index, 7)
        writer.put(value, 17)
    writer.put(0, 10)  # fraction_bright_pixels
    writer.put(0, 3)  # no mastering display's peaks, no tone curve, no saturation
    return writer.whole()


def unpacked(payload: bytes) -> DynamicMetadata | None:
    """What a T.35 payload says; None where it is not of HDR10+ or not of profile A, and where it is cut off."""
    if not payload.startswith(HEADER):
        return None
    reader = BitReader(payload[len(HEADER) :])
    try:
        if (reader.take(2), reader.take(27), reader.take(1)) != (1, 0, 0):
            return None
        red, green, blue, average = (reader.take(17) for _ in range(4))
        pairs = [(reader.take(7), reader.take(17)) for _ in range(reader.take(4))]
        reader.take(10)
        if tuple(index for index, _ in pairs) != INDICES or reader.take(3) != 0:
            return None
    except EOFError:
        return None
    return DynamicMetadata((red, green, blue), average, tuple(value for _, value in pairs))
