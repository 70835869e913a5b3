"""The network that guesses maps: the shipped one's skill, and how it is trained."""

from pathlib import Path

import numpy as np
import pytest
import torch

from models.pbr import MapsRefused, estimate
from models.pbr.assessment import assess
from models.pbr.estimator import SHIPPED, Estimator, load_estimator, save_estimator, shipped_estimator
from models.pbr.lit import photograph, sample_light
from models.pbr.maps import check_maps
from models.pbr.pairs import HELD_OUT, batch
from models.pbr.procedural import draw_material
from models.pbr.relief import normals_of_height
from models.pbr.seamless import seam_error
from models.pbr.training import MaterialRecipe, OtherRecipe, train

pytestmark = pytest.mark.image

TINY = MaterialRecipe(steps=4, batch=2, saved_every=2)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def photo(kind: str, size: int) -> np.ndarray:
    maps = draw_material(kind, HELD_OUT + 3, size)
    return np.asarray(np.round(photograph(maps, sample_light(np.random.default_rng(3))) * 255), np.uint8)


def test_every_map_beats_the_best_constant_on_held_out_materials() -> None:
    errors = assess(shipped_estimator(), each=3)
    share = {name: said["estimated"] / said["constant"] for name, said in errors.items()}
    assert share["basecolor"] < 0.35
    assert errors["basecolor"]["estimated"] < 0.75 * errors["basecolor"]["picture"]
    assert share["roughness"] < 0.5
    assert share["metallic"] < 0.15
    assert max(share["normal"], share["height"], share["occlusion"]) < 0.7
    card = shipped_estimator().card
    assert set(card.metrics) == set(errors)
    assert card.recipe["parameters"] == sum(part.numel() for part in shipped_estimator().network.parameters())
    assert (SHIPPED / "weights.safetensors").stat().st_size < 3_000_000


@pytest.mark.parametrize("seamless", [True, False])
@pytest.mark.parametrize(("rows", "columns"), [(8, 8), (37, 61), (64, 200), (300, 180)])
def test_pictures_of_any_size_give_maps_that_agree(rows: int, columns: int, seamless: bool) -> None:
    picture = photo("cobbles", 300)[:rows, :columns]
    maps = estimate(picture, seamless)
    check_maps(maps)
    assert maps.shape == (rows, columns)
    relief = maps.height * maps.depth
    assert np.abs(normals_of_height(relief, seamless) - maps.normal).max() < 2e-2
    if seamless and min(rows, columns) > 30:
        assert seam_error(maps.basecolor) < 1.4
        assert seam_error(maps.height) < 1.7


def test_notes_say_what_was_done() -> None:
    whole = photo("tiles", 128)
    assert any("met already" in note for note in estimate(photo("sand", 64), True).notes)
    assert any("made seamless" in note for note in estimate(whole[5:100, 9:90], True).notes)
    assert any("guessed at 96x96" in note for note in estimate(whole, False).notes)
    assert estimate(photo("sand", 64), False).notes == ()


def test_metal_is_told_from_cloth_also_where_the_picture_is_large() -> None:
    assert estimate(photo("hammered_metal", 256), True).metallic.mean() > 0.8
    assert estimate(photo("fabric", 256), True).metallic.mean() < 0.1


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((64, 64), np.uint8),
        np.zeros((64, 64, 4), np.uint8),
        np.zeros((64, 64, 3), np.float32),
        np.zeros((4, 64, 3), np.uint8),
        np.zeros((8, 4097, 3), np.uint8),
        np.zeros((0, 0, 3), np.uint8),
    ],
)
def test_what_is_no_picture_is_refused(picture: np.ndarray) -> None:
    with pytest.raises(MapsRefused, match="picture"):
        estimate(picture)


def test_a_black_and_a_white_picture_still_give_maps() -> None:
    for level in (0, 255):
        check_maps(estimate(np.full((40, 40, 3), level, np.uint8), True))


def test_training_learns() -> None:
    losses: list[float] = []
    train(MaterialRecipe(steps=24, batch=2, learning_rate=4e-3), None, lambda step, steps, loss: losses.append(loss))
    assert np.mean(losses[-6:]) < 0.85 * np.mean(losses[:6])


def test_training_goes_on_after_a_break_as_if_there_had_been_none(tmp_path: Path) -> None:
    whole = train(TINY, None, lambda step, steps, loss: None)
    checkpoint = tmp_path / "training.safetensors"

    def cut(step: int, steps: int, loss: float) -> None:
        if step == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(TINY, checkpoint, cut)
    seen: list[int] = []
    resumed = train(TINY, checkpoint, lambda step, steps, loss: seen.append(step))
    assert seen == [3, 4]
    for name, weight in whole.state_dict().items():
        assert torch.equal(weight, resumed.state_dict()[name]), name
    with pytest.raises(OtherRecipe):
        train(MaterialRecipe(steps=5, batch=2), checkpoint, lambda step, steps, loss: None)


def test_training_starts_from_a_network_and_leaves_it_as_it_was() -> None:
    shipped = shipped_estimator().network
    before = {name: weight.clone() for name, weight in shipped.state_dict().items()}
    losses: list[float] = []
    tuned = train(MaterialRecipe(steps=2, batch=2), None, lambda step, steps, loss: losses.append(loss), shipped)
    assert losses[0] < 1.2  # from chance it is above 1.5
    assert any(not torch.equal(weight, before[name]) for name, weight in tuned.state_dict().items())
    assert all(torch.equal(weight, before[name]) for name, weight in shipped.state_dict().items())


def test_weights_survive_saving_and_others_are_refused(tmp_path: Path) -> None:
    shipped = shipped_estimator()
    save_estimator(Estimator(shipped.network, shipped.card), tmp_path)
    assert (tmp_path / "weights.safetensors").read_bytes() == (SHIPPED / "weights.safetensors").read_bytes()
    assert load_estimator(tmp_path).card == shipped.card
    from safetensors.torch import save_file

    save_file({"other": torch.zeros(3)}, tmp_path / "weights.safetensors")
    with pytest.raises(MapsRefused, match="another network"):
        load_estimator(tmp_path)


def test_a_step_has_its_own_pairs() -> None:
    first, again = batch(1, 7, 2), batch(1, 7, 2)
    assert np.array_equal(first[0], again[0])
    assert not np.array_equal(first[0], batch(1, 8, 2)[0])
    assert first[1].shape == (2, 9, 64, 64)
