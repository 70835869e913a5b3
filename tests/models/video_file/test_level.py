"""Levels and tiers, and what is refused before anything is encoded."""

from fractions import Fraction

import pytest

from models.video_file import NoLevel, Unencodable, VideoFormat, choose_level

pytestmark = pytest.mark.video


@pytest.mark.parametrize(
    ("width", "height", "fps", "kbps", "name", "tier", "idc"),
    [
        (7680, 4320, 60, None, "6.1", "high", 183),
        (7680, 4320, 30, None, "6", "high", 180),
        (7680, 4320, 120, None, "6.2", "high", 186),
        (7680, 4320, 60, 100_000, "6.1", "main", 183),
        (7680, 4320, 60, 300_000, "6.1", "high", 183),
        (3840, 2160, 60, None, "5.1", "high", 153),
        (3840, 2160, 24, None, "5", "high", 150),
        (1920, 1080, 60, None, "4.1", "main", 123),
        (1920, 1080, 30, None, "4", "main", 120),
        (1920, 1080, 30, 25_000, "4", "high", 120),
        (1920, 1080, Fraction(60_000, 1001), None, "4.1", "main", 123),
        (1280, 720, 30, None, "3.1", "main", 93),
        (96, 64, 24, None, "1", "main", 30),
        # 8 * 36864 is 543 squared: narrower than its samples alone would allow.
        (544, 64, 10, None, "2", "main", 60),
    ],
)
def test_level_and_tier_are_the_lowest_that_the_standard_allows(
    width: int, height: int, fps: Fraction | int, kbps: int | None, name: str, tier: str, idc: int
) -> None:
    level = choose_level(width, height, Fraction(fps), kbps)
    assert (level.name, level.tier, level.idc) == (name, tier, idc)


@pytest.mark.parametrize(
    ("width", "height", "fps", "kbps"), [(8192, 8192, 60, None), (7680, 4320, 60, 900_000), (16_896, 64, 1, None)]
)
def test_beyond_the_highest_level_is_refused_with_what_to_change(
    width: int, height: int, fps: int, kbps: int | None
) -> None:
    with pytest.raises(NoLevel, match="choose a smaller size"):
        choose_level(width, height, Fraction(fps), kbps)


@pytest.mark.parametrize(
    "wrong",
    [
        {"width": 97},
        {"height": 32},
        {"width": 9000},
        {"fps": Fraction(0)},
        {"fps": Fraction(121)},
        {"fps": 29.97},
        {"fps": Fraction(2**40 + 1, 2**36)},
        {"segment_frames": 0},
        {"bits": 8},
        {"bits": 12, "hdr": "none"},
        {"hdr": "dolby"},
        {"crf": -1.0},
        {"crf": float("nan")},
        {"kbps": 0},
        {"preset": "fast:log-level=full"},
        {"width": 8192, "height": 8192},
    ],
)
def test_a_format_that_nobody_can_encode_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Unencodable):
        VideoFormat(**{"width": 96, "height": 64, "fps": Fraction(24), "segment_frames": 8, **wrong})  # type: ignore[arg-type]


@pytest.mark.parametrize("fps", [1, 24, Fraction(24_000, 1001), Fraction(30_000, 1001), 60, Fraction(2997, 100), 120])
def test_every_picture_takes_a_whole_number_of_ticks(fps: Fraction) -> None:
    form = VideoFormat(96, 64, fps, 8)
    assert Fraction(form.step, form.timescale) == 1 / Fraction(fps)
    assert form.timescale >= 1000
