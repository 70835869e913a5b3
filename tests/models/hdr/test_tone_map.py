"""The picture for an ordinary screen."""

import numpy as np
import pytest

from models.hdr.tone_map import tone_map

pytestmark = pytest.mark.image


def test_what_is_not_bright_stays_as_it_is() -> None:
    grey = np.full((4, 4, 3), 0.2140, np.float32)
    assert tone_map(grey)[0, 0].tolist() == [127, 127, 127]
    assert tone_map(np.zeros((2, 2, 3), np.float32)).max() == 0


def test_bright_light_is_rolled_off_in_order_and_ends_at_white() -> None:
    light = np.geomspace(0.01, 40, 256, dtype=np.float32)
    shown = tone_map(np.repeat(light[None, :, None], 3, -1))[0, :, 0].astype(int)
    assert (np.diff(shown) >= 0).all()
    assert shown[-1] == 255
    assert len(np.unique(shown[light > 1])) > 12, "lights of different brightness stay apart"


def test_a_coloured_lamp_keeps_its_hue_and_the_brightest_fades_towards_white() -> None:
    lamp = np.float32([[[1.5, 0.75, 0.15], [30, 15, 3], [1, 1, 40]]])
    red = tone_map(lamp)[0, 0].astype(float)
    assert red[0] > 1.2 * red[1] > 1.5 * red[2]
    assert tone_map(lamp)[0, 1].min() > tone_map(lamp)[0, 0].min()
