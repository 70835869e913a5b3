"""HDR10+ as bits and as JSON."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.video_file import hdr10plus_json
from models.video_file.dynamic_metadata import INDICES, DynamicMetadata, metadata_of, packed, unpacked
from models.video_file.nal import LIGHT_LEVEL, T35, insert_before_picture, kind_of, messages_of, sei_unit, units_of
from tests.models.video_file.clips import light_of

pytestmark = pytest.mark.video

value = st.integers(0, 100_000)
any_metadata = st.builds(
    DynamicMetadata, st.tuples(value, value, value), value, st.lists(value, min_size=9, max_size=9).map(tuple)
)


def test_the_bits_are_in_the_order_of_st_2094_40() -> None:
    data = packed(DynamicMetadata((1, 2, 3), 4, (5, 6, 7, 8, 9, 10, 11, 12, 13)))
    assert len(data) == 49
    bits = f"{int.from_bytes(data, 'big'):0392b}"
    place = 0
    widths = [8, 16, 16, 8, 8, 2, 27, 1, 17, 17, 17, 17, 4, *[7, 17] * 9, 10, 1, 1, 1]
    numbers = []
    for width in widths:
        numbers.append(int(bits[place : place + width], 2))
        place += width
    pairs = [number for pair in zip(INDICES, range(5, 14), strict=True) for number in pair]
    assert numbers == [0xB5, 0x3C, 1, 4, 1, 1, 0, 0, 1, 2, 3, 4, 9, *pairs, 0, 0, 0, 0]


@given(any_metadata)
def test_what_was_packed_comes_back_through_a_stream(metadata: DynamicMetadata) -> None:
    unit = sei_unit(T35, packed(metadata))
    assert b"\0\0\0" not in unit
    assert b"\0\0\1" not in unit
    assert b"\0\0\2" not in unit
    assert kind_of(unit) == 39
    assert [(kind, unpacked(payload)) for kind, payload in messages_of(unit)] == [(T35, metadata)]


@given(st.binary(max_size=600), st.integers(0, 700))
def test_any_message_comes_back(payload: bytes, kind: int) -> None:
    assert list(messages_of(sei_unit(kind, payload))) == [(kind, payload)]


@given(st.binary(max_size=80))
def test_nonsense_is_read_without_harm(data: bytes) -> None:
    list(messages_of(b"\x4e\x01" + data))
    assert unpacked(data) is None
    assert unpacked(packed(DynamicMetadata((1, 1, 1), 1, (1,) * 9))[: len(data) % 49]) is None
    with suppress(ValueError):  # lengths that do not add up are said to
        list(units_of(data))


def a_sample(*units: bytes) -> bytes:
    return b"".join(len(unit).to_bytes(4, "big") + unit for unit in units)


def test_units_go_before_the_first_slice_and_after_what_must_precede_it() -> None:
    delimiter, parameter, slice_, suffix = b"\x46\1\x50", b"\x40\1\xaa", b"\x26\1\xbb", b"\x50\1\x80"
    new = [sei_unit(T35, b"x"), sei_unit(LIGHT_LEVEL, b"yy")]
    whole = insert_before_picture(a_sample(delimiter, parameter, slice_, slice_, suffix), new)
    assert whole == a_sample(delimiter, parameter, *new, slice_, slice_, suffix)
    assert insert_before_picture(a_sample(slice_), []) == a_sample(slice_)
    with pytest.raises(ValueError, match="no picture"):
        insert_before_picture(a_sample(parameter), new)
    with pytest.raises(ValueError, match="do not add up"):
        insert_before_picture(a_sample(parameter, slice_)[:-1], new)


def test_the_sidecar_is_laid_out_as_hdr10plus_tool_wants_it() -> None:
    light = light_of(20)
    said = json.loads(hdr10plus_json(light))
    assert list(said) == ["JSONInfo", "SceneInfo", "SceneInfoSummary", "ToolInfo"]
    assert said["JSONInfo"] == {"HDR10plusProfile": "A", "Version": "1.0"}
    assert said["SceneInfoSummary"] == {"SceneFirstFrameIndex": [0, 12], "SceneFrameNumbers": [12, 8]}
    entries = said["SceneInfo"]
    assert [entry["SequenceFrameIndex"] for entry in entries] == list(range(20))
    assert [entry["SceneFrameIndex"] for entry in entries] == [*range(12), *range(8)]
    assert [entry["SceneId"] for entry in entries] == [0] * 12 + [1] * 8
    for entry in entries:
        metadata = metadata_of(light.scene_of(entry["SequenceFrameIndex"]))
        luminance = entry["LuminanceParameters"]
        assert luminance["MaxScl"] == list(metadata.max_scl)
        assert luminance["AverageRGB"] == metadata.average
        distribution = luminance["LuminanceDistributions"]
        assert distribution == {"DistributionIndex": list(INDICES), "DistributionValues": list(metadata.distribution)}
        # The rules that hdr10plus_tool enforces for profile A.
        assert (entry["NumberOfWindows"], entry["TargetedSystemDisplayMaximumLuminance"]) == (1, 0)
        assert all(0 <= each <= 100_000 for each in (*metadata.max_scl, metadata.average, *metadata.distribution))
