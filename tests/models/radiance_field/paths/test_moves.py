"""Moves keep what they promise: the centre in the middle, the subject's size, the keyframes on the way."""

from itertools import pairwise

import numpy as np
import pytest

from models.radiance_field.camera import look_at
from models.radiance_field.paths import (
    EASES,
    BrokenPath,
    CameraPath,
    Dolly,
    DollyZoom,
    Ease,
    Keyframe,
    Lens,
    Move,
    Orbit,
    Shake,
    Spline,
    cameras,
)

pytestmark = pytest.mark.video

KEYS = (
    Keyframe.looking((3, 0, 1), (0, 0, 0), 50),
    Keyframe.looking((0, 3, 2), (0, 0, 0.5), 40),
    Keyframe.looking((-3, 0, 0.5), (0, 0.2, 0), 30),
    Keyframe.looking((0, -2, 1), (0.5, 0, 0), 45),
)


@pytest.mark.parametrize(
    "orbit",
    [
        Orbit((0.4, -0.2, 1.0), 3.0),
        Orbit((0, 0, 0), 2.0, turns=-0.5, elevation=-20, elevation_end=80, distance_end=5.0, start=77),
    ],
)
def test_an_orbit_has_its_centre_in_the_middle_of_every_frame(orbit: Orbit) -> None:
    for shot in cameras(CameraPath(orbit, "in_out", zoom=2), 9, 64, 36):
        seen, depth = shot.camera.project(np.array(orbit.centre))
        np.testing.assert_allclose(seen, (32, 18), atol=1e-9)
        assert depth > 0


def test_a_whole_turn_closes_without_showing_its_first_view_twice() -> None:
    shots = list(cameras(CameraPath(Orbit()), 8, 8, 8))
    steps = [np.linalg.norm(b.camera.place - a.camera.place) for a, b in pairwise([*shots, shots[0]])]
    np.testing.assert_allclose(steps, steps[0])
    assert [shot.camera.time for shot in shots] == pytest.approx(np.arange(8) / 8)


def test_a_dolly_zoom_keeps_the_subject_s_size_and_changes_what_is_behind() -> None:
    path = CameraPath(DollyZoom((6, 2, 1), (0, 0, 0.5), end_distance=2.0, angle=25), "sine")
    sizes, behind = [], []
    for shot in cameras(path, 7, 200, 100):
        right = shot.camera.pose[:3, 0]
        at = np.array((0, 0, 0.5))
        back = at + shot.camera.forward * 4
        ends, _ = shot.camera.project(np.stack((at - right / 2, at + right / 2, back - right / 2, back + right / 2)))
        sizes.append(np.linalg.norm(ends[1] - ends[0]))
        behind.append(np.linalg.norm(ends[3] - ends[2]))
    np.testing.assert_allclose(sizes, sizes[0], rtol=1e-6)
    assert behind[-1] < 0.6 * behind[0]


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("turning", ["smooth", "slerp"])
def test_a_spline_passes_through_its_keyframes(closed: bool, turning: str) -> None:
    spline = Spline(KEYS, closed=closed, turning=turning)  # type: ignore[arg-type]
    shots = list(cameras(CameraPath(spline), 4, 20, 10))
    for shot, key in zip(shots, KEYS, strict=True):
        np.testing.assert_allclose(shot.camera.pose, key.pose, atol=1e-9)
        assert shot.camera.vertical_degrees == pytest.approx(key.angle)
    between = spline.at(0.1)
    assert not np.allclose(between.pose, KEYS[0].pose, atol=1e-2)
    np.testing.assert_allclose(between.pose[:3, :3].T @ between.pose[:3, :3], np.eye(3), atol=1e-9)


def test_a_closed_spline_has_no_seam() -> None:
    spline, step = Spline(KEYS, closed=True), 1e-5

    def speed(share: float) -> np.ndarray:
        return np.asarray((spline.at(share + step).pose - spline.at(share).pose) / step)

    np.testing.assert_allclose(speed(0), speed(1 - step), atol=5e-3)


def test_a_spline_reaches_its_keyframes_when_told_and_carries_their_times() -> None:
    keys = tuple(Keyframe(key.pose, time=time) for key, time in zip(KEYS, (0.2, 0.2, 0.9, 0.4), strict=True))
    spline = Spline(keys, shares=(0, 0.1, 0.7, 1))
    np.testing.assert_allclose(spline.at(0.7).pose, KEYS[2].pose, atol=1e-9)
    assert spline.at(0.7).time == pytest.approx(0.9)


def test_a_dolly_without_a_target_looks_ahead() -> None:
    for shot in cameras(CameraPath(Dolly((0, 0, 1), (4, 2, 1.5))), 3, 8, 8):
        np.testing.assert_allclose(shot.camera.forward, np.array((4, 2, 0.5)) / np.linalg.norm((4, 2, 0.5)), atol=1e-9)


@pytest.mark.parametrize("ease", EASES)
def test_eases_run_from_start_to_end_and_never_back(ease: Ease) -> None:
    along = [EASES[ease](share) for share in np.linspace(0, 1, 33)]
    assert along[0] == pytest.approx(0)
    assert along[-1] == pytest.approx(1)
    assert (np.diff(along) > 0).all()


def test_a_focal_pull_ends_at_its_multiple() -> None:
    shots = list(cameras(CameraPath(Orbit(), zoom=3.0, ease="out"), 5, 40, 30))
    ends = list(cameras(CameraPath(Dolly((0, 0, 1), (1, 0, 1)), zoom=3.0), 5, 40, 30))
    assert ends[-1].camera.focal[0] == pytest.approx(3 * ends[0].camera.focal[0])
    assert all(a.camera.focal[0] < b.camera.focal[0] for a, b in pairwise(shots))


def test_a_shake_is_the_same_for_its_seed_and_within_its_measure() -> None:
    calm = [shot.camera.pose for shot in cameras(CameraPath(Orbit()), 200, 8, 8)]

    def shaken(seed: int) -> np.ndarray:
        path = CameraPath(Orbit(), shake=Shake(1.0, 0.05, seed=seed))
        return np.array([shot.camera.pose for shot in cameras(path, 200, 8, 8)])

    np.testing.assert_array_equal(shaken(3), shaken(3))
    assert not np.allclose(shaken(3), shaken(4))
    moved = shaken(3)[:, :3, 3] - np.array(calm)[:, :3, 3]
    assert np.sqrt((moved**2).sum(-1).mean()) == pytest.approx(0.05 * np.sqrt(3), rel=0.25)


def test_motion_blur_spans_the_shutter_about_the_frame() -> None:
    path = CameraPath(Dolly((0, 0, 1), (10, 0, 1)), shutter=180, samples=8)
    shot = list(cameras(path, 11, 8, 8))[5]
    along = [camera.place[0] for camera in shot.cameras]
    assert np.mean(along) == pytest.approx(shot.camera.place[0]) == 5
    assert max(along) - min(along) == pytest.approx(0.5 * 7 / 8)
    assert shot.cameras[0].time < shot.camera.time < shot.cameras[-1].time


def test_a_lens_keeps_what_is_in_focus_and_spreads_the_rest() -> None:
    path = CameraPath(Dolly((0, -4, 1), (0, -3, 1), (0, 0, 1)), lens=Lens(0.2, 4.0, 3.0), samples=16)
    for shot in cameras(path, 3, 100, 80):
        sharp = np.array([camera.project(np.array([[0, 0, 1], [0.3, 0, 1.2]]))[0] for camera in shot.cameras])
        blurred = np.array([camera.project(np.array([[0.0, 3, 1]]))[0] for camera in shot.cameras])
        assert np.ptp(sharp, axis=0).max() < 1e-9
        assert np.ptp(blurred, axis=0).min() > 3


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Orbit(distance=float("nan")), "distance"),
        (lambda: Orbit(elevation=90), "elevation"),
        (lambda: Dolly((0, 0, 1), (0, 0, 1)), "target"),
        (lambda: DollyZoom((0, 0, 0)), "starts away"),
        (lambda: DollyZoom((9, 0, 0), end_distance=0.01), "angle of view"),
        (lambda: Spline(KEYS[:1]), "2 to"),
        (lambda: Spline(KEYS, shares=(0, 0.5, 0.4, 1)), "shares"),
        (lambda: Spline((KEYS[0], Keyframe(KEYS[1].pose, time=0.5))), "time"),
        (lambda: Keyframe(np.diag((1.0, 1, -1, 1))), "mirror"),
        (lambda: Keyframe(np.full((4, 4), np.inf)), "finite"),
        (lambda: CameraPath(Orbit(), shutter=180), "samples"),
        (lambda: CameraPath(Orbit(), zoom=0), "zoom"),
        (lambda: CameraPath(DollyZoom((4, 0, 1)), zoom=2), "dolly zoom"),
        (lambda: CameraPath(Orbit(), times=(0, 2)), "time"),
        (lambda: Shake(slowest=5, fastest=2), "frequencies"),
        (lambda: cameras(CameraPath(Orbit()), 0, 8, 8), "frames"),
        (lambda: cameras(CameraPath(Orbit()), 10**9, 8, 8), "frames"),
        (lambda: cameras(CameraPath(Orbit()), 2, 8, 10**6), "pixels"),
    ],
)
def test_what_no_camera_can_do_is_refused(make: object, says: str) -> None:
    with pytest.raises(BrokenPath, match=says):
        make()  # type: ignore[operator]


def test_a_dolly_over_its_target_is_refused_at_the_shot() -> None:
    move: Move = Dolly((-1, 0, 3), (1, 0, 3), target=(0, 0, 0))
    with pytest.raises(BrokenPath, match="straight above"):
        list(cameras(CameraPath(move), 3, 8, 8))


def test_keyframes_by_place_and_target_are_cameras_that_look_there() -> None:
    np.testing.assert_allclose(KEYS[1].pose, look_at(np.array((0.0, 3, 2)), np.array((0, 0, 0.5))))
