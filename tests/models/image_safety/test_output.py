"""Pictures that show nothing, and a classifier of pictures from a folder."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models.image_safety import CATEGORIES, blankness, screen_picture

pytestmark = pytest.mark.image


@pytest.fixture(scope="module")
def picture() -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(0, 256, (48, 64, 3), np.uint8)


@pytest.mark.parametrize(
    ("colour", "words"),
    [
        ((0, 0, 0), "black all over"),
        ((1, 0, 1), "black all over"),
        ((255, 255, 255), "white all over"),
        ((10, 90, 200), r"one colour all over \(10, 90, 200\)"),
    ],
)
def test_a_picture_of_one_colour_is_a_fault_that_is_said(colour: tuple[int, int, int], words: str) -> None:
    import re

    pixels = np.full((16, 16, 3), colour, np.uint8)
    pixels[3, 3] = np.minimum(pixels[3, 3].astype(int) + 1, 255)
    told = blankness(pixels)
    assert told is not None
    assert re.search(words, told)
    assert screen_picture(pixels).fault == told


def test_a_dark_picture_that_shows_something_is_none() -> None:
    night = np.zeros((16, 16, 3), np.uint8)
    night[8, 8] = (0, 0, 3)
    assert blankness(night) is None
    assert blankness(np.zeros((0, 4, 3), np.uint8)) == "has no pixels"


def test_without_a_classifier_it_says_so(picture: NDArray[np.uint8]) -> None:
    found = screen_picture(picture)
    assert (found.blocked, found.fault, found.score) == (None, None, None)
    assert "was not checked for nudity" in found.notes[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny ViT with weights by chance, as transformers saves it."""
    import torch
    from transformers import ViTConfig, ViTForImageClassification

    torch.set_num_threads(1)
    torch.manual_seed(4)
    place = tmp_path_factory.mktemp("classifier")
    size = {"image_size": 32, "patch_size": 8, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
    labels = {"id2label": {0: "normal", 1: "nsfw"}, "label2id": {"normal": 0, "nsfw": 1}}
    model = ViTForImageClassification(ViTConfig(**size, intermediate_size=32, initializer_range=0.5, **labels))
    model.save_pretrained(place)
    told = {"size": {"height": 32, "width": 32}, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}
    (place / "preprocessor_config.json").write_text(json.dumps(told))
    return place


def test_a_classifier_of_a_folder_judges(folder: Path, picture: NDArray[np.uint8]) -> None:
    import torch
    from PIL import Image
    from transformers import ViTForImageClassification

    from models.image_safety.classifier import PictureClassifier

    classifier = PictureClassifier.load(folder)
    small = np.asarray(Image.fromarray(picture).resize((32, 32), Image.Resampling.BICUBIC), np.float32)
    with torch.inference_mode():
        own = ViTForImageClassification.from_pretrained(folder).eval()
        values = torch.from_numpy((small / 127.5 - 1).transpose(2, 0, 1)[None].copy())
        expected = float(own(pixel_values=values).logits.softmax(-1)[0, 1])
    assert classifier.score(picture) == pytest.approx(expected, abs=1e-5)
    assert 0.001 < expected < 0.999
    assert classifier.score(255 - picture) != pytest.approx(expected, abs=1e-3)

    classifier.threshold = expected + 0.01
    passed = screen_picture(picture, classifier)
    assert (passed.blocked, passed.notes) == (None, ())
    assert passed.score == pytest.approx(expected)
    classifier.threshold = expected - 0.01
    found = screen_picture(picture, classifier).blocked
    assert found is not None
    assert (found.stage, found.category, found.score) == ("output", "sexual", pytest.approx(expected))
    allowed = frozenset(CATEGORIES) - {"sexual-minors"}
    assert screen_picture(picture, classifier, allowed).blocked is None


def without_head(place: Path) -> None:
    from safetensors.torch import load_file, save_file

    file = place / "model.safetensors"
    save_file(
        {name: value for name, value in load_file(file).items() if "classifier" not in name}, file, {"format": "pt"}
    )


def pickled(place: Path) -> None:
    (place / "model.safetensors").rename(place / "pytorch_model.bin")


def labelled(place: Path) -> None:
    told = json.loads((place / "config.json").read_text())
    (place / "config.json").write_text(json.dumps({**told, "id2label": {"0": "cat", "1": "dog"}}))


def prepared(told: Any) -> Any:
    return lambda place: (place / "preprocessor_config.json").write_text(json.dumps(told))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda place: (place / "config.json").unlink(), r"has no config\.json"),
        (lambda place: (place / "preprocessor_config.json").unlink(), r"has no preprocessor_config\.json"),
        (pickled, "pickles .* are never loaded"),
        (without_head, "lack parts of the model"),
        (labelled, "cat, dog none, or each, stands for sexual content"),
        (lambda place: (place / "model.safetensors").write_bytes(b"\x80\x04K\x01."), "holds no picture classifier"),
        (lambda place: (place / "config.json").write_text('{"model_type": "bert"}'), "holds no picture classifier"),
        (prepared([]), "no size, mean and spread"),
        (prepared({"size": 100_000}), "says a size of 100000 x 100000"),
        (prepared({"size": 32, "image_std": [0, 1, 1]}), "no mean and spread of three"),
    ],
)
def test_what_is_no_classifier_is_refused(folder: Path, tmp_path: Path, spoil: Any, words: str) -> None:
    from models.image_safety.classifier import ClassifierUnusable, PictureClassifier

    place = tmp_path / "copy"
    shutil.copytree(folder, place)
    spoil(place)
    with pytest.raises(ClassifierUnusable, match=words):
        PictureClassifier.load(place)


def test_a_threshold_is_a_probability(folder: Path) -> None:
    from models.image_safety.classifier import ClassifierUnusable, PictureClassifier

    with pytest.raises(ClassifierUnusable, match="0 to 1"):
        PictureClassifier.load(folder, threshold=50)
    assert PictureClassifier.load(folder, threshold=0.9, unsafe_labels=frozenset({"normal"})).threshold == 0.9
