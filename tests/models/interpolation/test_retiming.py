"""Which source pictures a segment needs: fractions, checked against times as they are."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.interpolation import CannotRetime, Place, Retiming, sources_for

pytestmark = pytest.mark.video

RATES = st.sampled_from([Fraction(8), Fraction(16), Fraction(24_000, 1001), Fraction(24), Fraction(25), Fraction(60)])


@given(RATES, RATES, st.integers(1, 500))
def test_a_result_lasts_as_long_as_its_source_to_within_a_picture(
    source: Fraction, target: Fraction, frames: int
) -> None:
    retiming = Retiming(source, target, frames)
    assert 0 <= retiming.frames / target - frames / source < 1 / target


@given(RATES, RATES, st.integers(1, 500), st.data())
def test_every_picture_lies_where_its_time_says(
    source: Fraction, target: Fraction, frames: int, data: st.DataObject
) -> None:
    retiming = Retiming(source, target, frames)
    number = data.draw(st.integers(0, retiming.frames - 1))
    place = retiming.place(number)
    time = min(number / target, (frames - 1) / source)
    assert (place.before + place.phase) / source == time
    assert 0 <= place.phase < 1
    assert place.before + (place.phase > 0) < frames


@given(RATES, RATES, st.integers(1, 300), st.data())
def test_a_segment_needs_what_its_pictures_need_and_nothing_else(
    source: Fraction, target: Fraction, frames: int, data: st.DataObject
) -> None:
    retiming = Retiming(source, target, frames)
    first = data.draw(st.integers(0, retiming.frames - 1))
    stop = data.draw(st.integers(first + 1, min(first + 40, retiming.frames)))
    used = set()
    for number in range(first, stop):
        place = retiming.place(number)
        used |= {place.before} | ({place.before + 1} if place.phase else set())
    needed = retiming.needed(first, stop)
    assert (min(used), max(used)) == (needed.start, needed.stop - 1)
    assert needed.stop <= frames
    if target >= source:
        assert used == set(needed)


@given(RATES, RATES, st.integers(1, 400))
def test_enough_sources_are_as_few_as_possible(source: Fraction, target: Fraction, frames: int) -> None:
    enough = sources_for(frames, source, target)
    last = (frames - 1) / target
    assert (enough - 1) / source >= last
    assert enough == 1 or (enough - 2) / source < last
    assert Retiming(source, target, enough).frames >= frames


@given(RATES, RATES, st.integers(2, 200), st.data())
def test_a_cut_falls_where_the_nearer_picture_changes(
    source: Fraction, target: Fraction, frames: int, data: st.DataObject
) -> None:
    retiming = Retiming(source, target, frames)
    cut = data.draw(st.integers(1, frames - 1))
    after = [
        number
        for number in range(retiming.frames)
        if (place := retiming.place(number)).before + place.phase >= cut - Fraction(1, 2)
    ]
    assert retiming.cuts(frozenset({cut})) == (frozenset({after[0]}) if after else frozenset())


def test_24_to_60_as_on_paper() -> None:
    retiming = Retiming(Fraction(24), Fraction(60), 25)
    assert [retiming.place(number) for number in range(6)] == [
        Place(0, Fraction(0)),
        Place(0, Fraction(2, 5)),
        Place(0, Fraction(4, 5)),
        Place(1, Fraction(1, 5)),
        Place(1, Fraction(3, 5)),
        Place(2, Fraction(0)),
    ]
    assert retiming.needed(30, 60) == range(12, 25)
    assert sources_for(60, Fraction(24), Fraction(60)) == 25
    assert retiming.frames == 63


@pytest.mark.parametrize(
    ("source", "target", "frames"), [(0, 60, 5), (24, -1, 5), (24.0, 60, 5), (24, 59.94, 5), (24, 60, 0)]
)
def test_what_is_no_rate_is_refused(source: object, target: object, frames: int) -> None:
    with pytest.raises(CannotRetime, match=r"give|at least"):
        Retiming(source, target, frames)  # type: ignore[arg-type]


@pytest.mark.parametrize(("first", "stop"), [(-1, 3), (0, 64), (5, 5), (9, 3)])
def test_segments_that_the_result_does_not_have_are_refused(first: int, stop: int) -> None:
    with pytest.raises(CannotRetime):
        Retiming(Fraction(24), Fraction(60), 25).needed(first, stop)
