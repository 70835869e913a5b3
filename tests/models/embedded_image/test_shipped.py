"""The weights that come with the code follow prompts as their card says, by a judge that is right on renders."""

import pytest
import torch

from models.drawing import Drawing
from models.embedded_image.card import WEIGHTS, read_card
from models.embedded_image.judge import SHIPPED, load_judge
from models.embedded_image.model import EmbeddedImageModel
from models.embedded_image.training.evaluation import check_judge, follow, held_out_prompts

pytestmark = pytest.mark.image


@pytest.fixture(scope="module")
def model() -> EmbeddedImageModel:
    torch.set_num_threads(1)
    return EmbeddedImageModel.load()


def test_the_judge_is_right_on_renders() -> None:
    assert min(check_judge(load_judge(), 1000).shares.values()) >= 0.98


def test_held_out_prompts_in_free_wording_are_followed_as_the_card_says(model: EmbeddedImageModel) -> None:
    said = read_card(WEIGHTS).metrics["free_wording"]
    followed = follow(model, load_judge(), held_out_prompts(40, free=True), lambda *_: None)
    asked = sum(followed.asked.values())
    expected = sum(said[aspect] * count for aspect, count in followed.asked.items() if count)
    seen = sum(followed.shares[aspect] * count for aspect, count in followed.asked.items() if count)
    assert seen / asked > expected / asked - 0.06, followed.shares  # two standard errors of forty prompts


def test_a_plain_wish_shows_without_any_judge(model: EmbeddedImageModel) -> None:
    drawn = model.draw(Drawing("a large red circle on a blue background", 64, 64, (1, 2)), lambda *_: None)
    for picture in drawn.pixels:
        red, _, blue = picture[26:38, 26:38].mean((0, 1))
        assert red > 2 * blue
        red, _, blue = picture[:6, :6].mean((0, 1))
        assert blue > 2 * red


def test_it_is_small() -> None:
    files = [file for file in WEIGHTS.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) < 16_000_000
    assert SHIPPED.stat().st_size < 3_000_000
    assert {file.suffix for file in files} == {".safetensors", ".json", ".txt"}
