"""Files of light, decoded by others than their writers."""

import io
import struct

import imagecodecs
import numpy as np
import OpenEXR
import pytest
from PIL import Image

from models.embedded_image.scenes import Landscape, render
from models.hdr import NoLight, measure_light, tone_map, write_exr, write_pq_avif, write_ultrahdr
from models.hdr.transfer import BT709_OF_BT2020, nits_of_pq
from models.image_file import read_provenance

pytestmark = pytest.mark.image

SAID = '{"prompt":"ünïcode <&> 你好","seed":7}'
WRITERS = {"exr": write_exr, "avif": write_pq_avif, "jpg": write_ultrahdr}


@pytest.fixture(scope="module")
def light() -> np.ndarray:
    return render(Landscape("sea", "sunset", "cloudy", seed=5), 256, 192)


def off(found: np.ndarray, light: np.ndarray) -> float:
    """The relative difference that nineteen of twenty values stay under."""
    return float(np.quantile(np.abs(found - light) / (light + 0.02), 0.95))


def test_openexr_is_read_by_itself_and_its_header_says_what_it_holds(light: np.ndarray, tmp_path) -> None:
    file = tmp_path / "light.exr"
    file.write_bytes(write_exr(light, SAID))
    with OpenEXR.File(str(file)) as read:
        header, pixels = dict(read.header()), read.channels()["RGB"].pixels.copy()
    assert pixels.dtype == np.float16
    assert off(pixels.astype(np.float32), light) < 1e-3
    assert (header["whiteLuminance"], header["provenance"]) == (203, SAID)
    assert header["chromaticities"][:2] == pytest.approx((0.64, 0.33))


def test_avif_is_ten_bits_of_pq_and_says_so(light: np.ndarray) -> None:
    data = write_pq_avif(light, SAID)
    place = data.index(b"nclx")
    assert struct.unpack_from(">HHHB", data, place + 4) == (9, 16, 9, 0x80), "CICP 9/16/9, full range"
    pixi = data.index(b"pixi")
    assert data[pixi + 8 : pixi + 12] == bytes([3, 10, 10, 10])
    code = imagecodecs.avif_decode(data)
    assert code.dtype == np.uint16
    back = nits_of_pq(code / 1023) @ BT709_OF_BT2020 / 203
    assert off(back, light) < 0.05
    assert back.max() == pytest.approx(light.max(), rel=0.1)
    assert Image.open(io.BytesIO(data)).size == (256, 192), "another reader opens it"


def test_ultrahdr_shows_our_picture_and_gives_the_light_back(light: np.ndarray) -> None:
    data = write_ultrahdr(light, SAID)
    with Image.open(io.BytesIO(data)) as picture:
        assert (picture.format, picture.n_frames, picture.size) == ("MPO", 2, (256, 192))
        assert np.abs(np.asarray(picture.convert("RGB"), int) - tone_map(light)).mean() < 1.5
        picture.seek(1)
        assert picture.size == (128, 96)
    assert data.count(b"urn:iso:std:iso:ts:21496:-1\0") == 2
    back = imagecodecs.ultrahdr_decode(data, dtype=np.float16, transfer=0, boost=64.0)[..., :3].astype(np.float32)
    assert back.max() == pytest.approx(light.max(), rel=0.05)
    assert off(back, light) < 0.12


@pytest.mark.parametrize("kind", WRITERS)
def test_what_made_it_is_inside_and_the_bytes_are_the_same(kind: str, light: np.ndarray) -> None:
    small = light[::8, ::8]
    data = WRITERS[kind](small, SAID)
    assert read_provenance(data) == SAID
    assert data == WRITERS[kind](small, SAID)


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("shape", [(1, 1, 3), (7, 5, 3), (64, 3, 3)])
def test_any_size_is_written(kind: str, shape: tuple[int, int, int]) -> None:
    assert WRITERS[kind](np.full(shape, 2.5, np.float32), SAID)


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize(
    ("light", "said"),
    [
        (np.zeros((0, 4, 3)), "1 to 8192"),
        (np.zeros((8193, 1, 3)), "1 to 8192"),
        (np.zeros((4, 4)), "shape"),
        (np.full((4, 4, 3), np.nan), "finite"),
        (np.full((4, 4, 3), np.inf), "finite"),
        (np.full((4, 4, 3), -1.0), "negative"),
    ],
    ids=["empty", "long", "flat", "nan", "inf", "negative"],
)
def test_what_is_no_light_is_refused(kind: str, light: np.ndarray, said: str) -> None:
    with pytest.raises(NoLight, match=said):
        WRITERS[kind](light, SAID)


def test_levels_are_those_of_the_pixels() -> None:
    light = np.full((10, 10, 3), 0.5, np.float32)
    light[0, 0] = (1, 20, 3)
    levels = measure_light(light)
    assert levels.max_cll == pytest.approx(20 * 203)
    assert levels.max_fall == pytest.approx((99 * 0.5 + 20) / 100 * 203, rel=1e-5)
    assert levels.above_white == 0.01
    ramp = np.geomspace(1 / 16, 16, 10_000, dtype=np.float32).reshape(100, 100, 1).repeat(3, -1)
    assert measure_light(ramp).stops == pytest.approx(8, abs=0.05)
