"""The numbers of a video against the standards' formulas, and against zimg where ffmpeg has it."""

import shutil
import subprocess

import numpy as np
import pytest

from models.hdr.tone_map import roll_off
from models.hdr.transfer import BT709_OF_BT2020, BT2020_OF_BT709, nits_of_pq, pq_of_nits
from models.video_file.colour import PQ_BT2020, SDR_BT709, Colour, fill_planes

pytestmark = pytest.mark.video

Planes = tuple[np.ndarray, np.ndarray, np.ndarray]


def converted(light: np.ndarray, colour: Colour, bits: int = 10, brightest: float = 1.0) -> Planes:
    height, width = light.shape[:2]
    kind = np.uint8 if bits == 8 else np.uint16
    half = (height // 2, width // 2)
    planes = (np.zeros((height, width), kind), np.zeros(half, kind), np.zeros(half, kind))
    fill_planes(light, colour, planes, bits, brightest)
    return planes


def formula(coded: np.ndarray, colour: Colour, bits: int) -> np.ndarray:
    """Limited range numbers, not rounded, of coded red, green, blue (BT.2100-2, table 9; BT.709-6, items 3.3, 3.4)."""
    red, green, blue = coded
    luma = colour.red * red + (1 - colour.red - colour.blue) * green + colour.blue * blue
    cb, cr = (blue - luma) / (2 - 2 * colour.blue), (red - luma) / (2 - 2 * colour.red)
    return np.asarray(np.array([219 * luma + 16, 224 * cb + 128, 224 * cr + 128]) * 2 ** (bits - 8))


COLOURS = [
    (0, 0, 0),
    (1, 1, 1),
    (0.18, 0.18, 0.18),
    (5, 0, 0),
    (0, 5, 0),
    (0, 0, 5),
    (49.2, 49.2, 49.2),
    (0.3, 2, 0.01),
]


@pytest.mark.parametrize("shade", COLOURS)
def test_a_flat_colour_has_the_numbers_of_bt2100(shade: tuple[float, float, float]) -> None:
    light = np.broadcast_to(np.array(shade, np.float32), (64, 66, 3))
    right = formula(pq_of_nits(np.array(shade) @ BT2020_OF_BT709 * 203), PQ_BT2020, 10)
    for plane, value in zip(converted(light, PQ_BT2020), right, strict=True):
        assert plane.min() == plane.max()
        assert plane[0, 0] == pytest.approx(value, abs=0.52)


def test_diffuse_white_and_black_are_where_bt2408_says() -> None:
    white = converted(np.ones((64, 64, 3), np.float32), PQ_BT2020)
    assert white[0][0, 0] == round(64 + 876 * 0.5807), "203 cd/m2 is 58 % of PQ (BT.2408, table 1)"
    assert (white[1][0, 0], white[2][0, 0]) == (512, 512)
    assert converted(np.zeros((64, 64, 3), np.float32), PQ_BT2020)[0][0, 0] == 64


@pytest.mark.parametrize(("bits", "shade"), [(bits, shade) for bits in (8, 10) for shade in COLOURS[:4]])
def test_a_flat_colour_has_the_numbers_of_bt709(bits: int, shade: tuple[float, float, float]) -> None:
    light = np.broadcast_to(np.array(shade, np.float32), (64, 64, 3))
    right = formula(roll_off(np.array([[shade]]), 5.0)[0, 0] ** (1 / 2.4), SDR_BT709, bits)
    for plane, value in zip(converted(light, SDR_BT709, bits, 5.0), right, strict=True):
        assert plane[0, 0] == pytest.approx(value, abs=0.54)


def test_chroma_sits_on_the_luma_sample_at_the_top_left() -> None:
    """Blue difference that grows evenly to the right and downwards is worth, in a chroma sample, what it is there."""
    y, x = np.mgrid[:64, :96]
    slope = 0.0004 * (x - 48) + 0.0009 * (y - 32)
    luma = 0.5
    blue = luma + slope * 1.8814
    green = (luma - 0.0593 * blue - 0.2627 * luma) / 0.678
    light = nits_of_pq(np.stack([np.full_like(blue, luma), green, blue], -1)) / 203 @ BT709_OF_BT2020
    assert light.min() > 0, "inside of BT.709, so nothing is cut"
    found = converted(light.astype(np.float32), PQ_BT2020)[1].astype(float)
    off = (found - (896 * slope + 512)[::2, ::2])[1:-1, 1:-1]
    assert np.abs(off).max() < 0.6
    assert abs(off.mean()) < 0.05, "half a sample to the right would be 0.18, half a line below 0.40"


def test_in_bt709_it_sits_between_two_lines() -> None:
    y, x = np.mgrid[:64, :96]
    slope = 0.001 * x + 0.0015 * y
    blue = 0.5 + slope * 1.8556
    green = (0.5 - 0.0722 * blue - 0.2126 * 0.5) / 0.7152
    shown = np.stack([np.full_like(blue, 0.5), green, blue], -1) ** 2.4
    assert shown.max() < 0.75, "below the roll-off"
    found = converted(shown.astype(np.float32), SDR_BT709)[1].astype(float)
    off = (found - (896 * (slope + 0.0015 / 2) + 512)[::2, ::2])[1:-1, 1:-1]
    assert np.abs(off).max() < 0.6
    assert abs(off.mean()) < 0.05, "half a sample to the right would be 0.45, half a line off 0.67"


def test_bands_leave_no_seams(monkeypatch: pytest.MonkeyPatch) -> None:
    light = np.random.default_rng(3).random((70, 64, 3), np.float32) * 9
    for colour in (PQ_BT2020, SDR_BT709):
        whole = converted(light, colour, brightest=9.0)
        monkeypatch.setattr("models.video_file.colour._BAND", 1)
        for plane, again in zip(whole, converted(light, colour, brightest=9.0), strict=True):
            np.testing.assert_array_equal(plane, again)
        monkeypatch.undo()


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="zimg, the second opinion on colours, needs ffmpeg")
@pytest.mark.parametrize("hdr", [True, False])
def test_zimg_comes_to_the_same_numbers(hdr: bool) -> None:
    height, width = 48, 64
    y, x = np.mgrid[:height, :width]
    channels = [10 * np.exp(-(((x - 30) / 20) ** 2)) * y / height, 4 * (x / width) ** 2, 0.5 + 0.5 * np.sin(y / 5)]
    light = np.stack(channels, -1).astype(np.float32)
    light[5:9, 5:9] = (40, 0, 0)
    colour, shown = (PQ_BT2020, light) if hdr else (SDR_BT709, roll_off(light, 40.0))
    target = "t=smpte2084:p=2020:m=2020_ncl:c=topleft" if hdr else "t=709:p=709:m=709:c=left"
    scale = f"zscale=tin=linear:pin=709:min=gbr:rin=full:{target}:r=limited:npl=203:filter=bilinear:d=none"
    planes = np.ascontiguousarray(shown[..., [1, 2, 0]].transpose(2, 0, 1), np.float32)
    command = ["ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt", "gbrpf32le", "-s", f"{width}x{height}", "-i", "-"]
    command += ["-vf", f"{scale},format=yuv420p10le", "-f", "rawvideo", "-"]
    ran = subprocess.run(command, input=planes.tobytes(), capture_output=True)
    if b"No such filter" in ran.stderr:
        pytest.skip("this ffmpeg was built without zimg")
    theirs = np.frombuffer(ran.stdout, np.uint16).astype(int)
    ours = np.concatenate([plane.ravel() for plane in converted(light, colour, brightest=40.0)]).astype(int)
    assert np.abs(ours - theirs).max() <= 1
    assert (ours != theirs).mean() < 0.02
