"""The TF-IDF classifier: scikit-learn's own numbers without scikit-learn, kept and read back whole."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from sklearn.feature_extraction.text import TfidfVectorizer

from models.sentiment.label import BEARISH, BULLISH, LABELS
from models.sentiment.learning import TooFewPostsError, Training, held_out, split_posts, train_classifier
from models.sentiment.linear import LinearClassifier
from models.sentiment.storage import SHIPPED, ClassifierFilesError, load_classifier, save_classifier
from models.sentiment.terms import CHARACTER_GRAMS, WORD, WORD_GRAMS, character_grams, word_grams
from models.sentiment.training import Parameters, fit_linear, margins_of
from models.sentiment.wording import worded
from tests.models.sentiment.labelled import labelled

pytestmark = pytest.mark.crypto
HOSTILE = [
    "",
    " ",
    "\x00\x01",
    "🚀" * 50,
    "a",
    "$" * 300,
    "Ω≈ç√∫ ünïcödé",
    "word " * 3000,
    "<b>x</b>&amp;&#0;",
    "\u202e\u200b reversed",
    "x" * 20_000,
]


@pytest.fixture(scope="module")
def training() -> Training:
    return train_classifier(labelled(300))


@pytest.mark.parametrize(
    ("grams", "vectoriser"),
    [
        (word_grams, TfidfVectorizer(lowercase=False, token_pattern=WORD, ngram_range=WORD_GRAMS)),
        (character_grams, TfidfVectorizer(lowercase=False, analyzer="char_wb", ngram_range=CHARACTER_GRAMS)),
    ],
)
def test_terms_are_those_of_scikit_learn(grams, vectoriser) -> None:
    analyse = vectoriser.build_analyzer()
    for text in [*labelled(40).texts, "it's 5% up! don't-you think?", *HOSTILE]:
        read = worded(text)
        assert sorted(grams(read)) == sorted(analyse(read))


def test_margins_are_those_of_scikit_learn() -> None:
    posts = labelled(150)
    fit = fit_linear(posts.texts, posts.labels, Parameters())
    words, characters = len(fit.words.rows), len(fit.characters.rows)
    classifier = LinearClassifier(
        words=fit.words,
        characters=fit.characters,
        word_weights=fit.weights[:words],
        character_weights=fit.weights[words : words + characters],
        direction_weights=fit.weights[words + characters :],
        bias=fit.bias,
        calibration=np.eye(3),
        calibration_bias=np.zeros(3),
        card=load_classifier().card,
        digest="",
    )
    texts = [*posts.texts, *labelled(60, seed=9).texts, *HOSTILE]

    np.testing.assert_allclose(classifier.margins(texts), margins_of(fit, texts), rtol=0, atol=1e-12)


def test_it_learns_what_posts_say(training: Training) -> None:
    measures = training.classifier.card.measures

    assert measures.macro_f1.value > 0.8 > measures.constant_macro_f1
    assert measures.macro_f1.lower < measures.macro_f1.value < measures.macro_f1.upper
    assert np.array(measures.confusion).sum() == measures.posts == training.classifier.card.data.held_out
    assert measures.calibration_error < 0.25


def test_the_same_posts_give_the_same_classifier(training: Training) -> None:
    again = train_classifier(labelled(300))

    assert again.classifier.digest == training.classifier.digest
    assert again.classifier.card.measures == training.classifier.card.measures


def test_probabilities_are_probabilities(training: Training) -> None:
    probabilities = training.classifier.probabilities([*labelled(50, seed=3).texts, *HOSTILE])

    assert probabilities.shape == (61, 3)
    assert (probabilities >= 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    assert training.classifier.probabilities([]).shape == (0, 3)


def test_no_near_duplicate_is_on_both_sides(training: Training) -> None:
    split = training.split

    assert not set(split.groups[split.trained].tolist()) & set(split.groups[split.held_out].tolist())
    assert sorted([*split.trained, *split.held_out]) == list(range(len(training.posts.texts)))


def test_the_same_posts_are_held_out_of_a_larger_file(training: Training) -> None:
    before = set(held_out(training.posts, training.split)[0])
    more = labelled(600)
    assert more.texts[:300] == training.posts.texts
    after = set(held_out(more, split_posts(more))[0])

    assert before <= after


def test_saved_and_read_back_it_is_the_same(training: Training, tmp_path: Path) -> None:
    files = save_classifier(training.classifier, tmp_path)
    again = load_classifier(tmp_path)

    assert [file.name for file in files] == ["weights.safetensors", "vocabulary.json", "card.json"]
    assert isinstance(again, LinearClassifier)
    assert (again.digest, again.card) == (training.classifier.digest, training.classifier.card)
    np.testing.assert_array_equal(
        again.margins(training.posts.texts), training.classifier.margins(training.posts.texts)
    )


@pytest.mark.parametrize("count", [10, 299])
def test_too_few_posts(count: int) -> None:
    with pytest.raises(TooFewPostsError, match=f"{count} labelled posts"):
        train_classifier(labelled(count))


def test_damaged_files_are_told(training: Training, tmp_path: Path) -> None:
    save_classifier(training.classifier, tmp_path)

    def refused(told: str) -> None:
        load_classifier.cache_clear()
        with pytest.raises(ClassifierFilesError, match=told):
            load_classifier(tmp_path)

    vocabulary = json.loads((tmp_path / "vocabulary.json").read_text())
    (tmp_path / "vocabulary.json").write_text(json.dumps(vocabulary | {"words": vocabulary["words"][1:]}))
    refused("word_idf is not there, finite and of shape")
    (tmp_path / "vocabulary.json").write_text(json.dumps(vocabulary | {"words": [1, 2]}))
    refused("no list of words")
    (tmp_path / "vocabulary.json").write_text("[" * 100_000)
    refused("holds no classifier")
    (tmp_path / "vocabulary.json").write_text(json.dumps(vocabulary))
    arrays = load_file(tmp_path / "weights.safetensors")
    save_file(arrays | {"bias": np.full(3, np.nan, np.float32)}, tmp_path / "weights.safetensors")
    refused("bias is not there, finite")
    (tmp_path / "weights.safetensors").write_bytes(b"\x80\x04cos\nsystem\n")
    refused("damaged")
    (tmp_path / "card.json").write_text("{}")
    refused("holds no classifier")
    (tmp_path / "card.json").unlink()
    refused("train_sentiment_classifier")


def test_the_shipped_classifier() -> None:
    load_classifier.cache_clear()
    classifier = load_classifier()
    card = classifier.card

    assert sum(file.stat().st_size for file in SHIPPED.iterdir()) < 4 << 20
    assert card.version.endswith(classifier.digest[:8])
    assert card.measures.macro_f1.value >= 0.77
    assert card.measures.macro_f1.lower > card.measures.constant_accuracy
    assert any("stocks" in limit for limit in card.limits)
    probabilities = classifier.probabilities(
        [
            "Bitcoin surges to a new record high on strong inflows",
            "Ether plunges, miners warn of losses",
            "Meetup today",
        ]
    )
    assert [LABELS[place] for place in probabilities.argmax(axis=1)] == ["bullish", "bearish", "neutral"]
    assert probabilities[0, BULLISH] > 0.7
    assert probabilities[1, BEARISH] > 0.7
