"""A classifier as files: weights.safetensors, card.json, and vocabulary.json where it has one. Never a pickle."""

import hashlib
import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from pydantic import ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from models.sentiment.card import SentimentCard
from models.sentiment.classifier import Floats
from models.sentiment.embedding import EmbeddingClassifier
from models.sentiment.lexicon import DIRECTION_FEATURES
from models.sentiment.linear import LinearClassifier, Terms
from models.sentiment.pretrained import Pretrained, WeightsMissingError

SHIPPED: Final = Path(__file__).parent / "weights"
WEIGHTS, VOCABULARY, CARD = "weights.safetensors", "vocabulary.json", "card.json"
MOST_BYTES: Final = 16 << 20
TrainedClassifier = LinearClassifier | EmbeddingClassifier
FindEncoder = Callable[[str], Pretrained]
_HEAD: Final[dict[str, tuple[str | int, ...]]] = {"bias": (3,), "calibration": (3, 3), "calibration_bias": (3,)}
_TERMS: Final[dict[str, tuple[str | int, ...]]] = {
    "word_idf": ("words",),
    "character_idf": ("characters",),
    "word_weights": ("words", 3),
    "character_weights": ("characters", 3),
    "direction_weights": (DIRECTION_FEATURES, 3),
}


class ClassifierFilesError(ValueError):
    """Files of a classifier that can't be used; the message says what is wrong."""


def save_classifier(classifier: TrainedClassifier, folder: Path) -> list[Path]:
    """Write its files, in single precision and the order of rows. An encoder is not among them: the card names it."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {name: getattr(classifier, name) for name in _HEAD}
    names = [WEIGHTS, CARD]
    if isinstance(classifier, LinearClassifier):
        arrays |= {name: getattr(classifier, name) for name in _TERMS if not name.endswith("_idf")}
        arrays |= {"word_idf": classifier.words.idf, "character_idf": classifier.characters.idf}
        terms = {"words": _in_order(classifier.words), "characters": _in_order(classifier.characters)}
        text = json.dumps(terms, ensure_ascii=False, separators=(",", ":"))
        (folder / VOCABULARY).write_text(text, encoding="utf-8")
        names.insert(1, VOCABULARY)
    else:
        arrays["weights"] = classifier.weights
    save_file({name: np.ascontiguousarray(array, np.float32) for name, array in arrays.items()}, folder / WEIGHTS)
    (folder / WEIGHTS).chmod(0o644)
    (folder / CARD).write_text(classifier.card.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return [folder / name for name in names]


@lru_cache(maxsize=4)
def load_classifier(folder: Path = SHIPPED, find_encoder: FindEncoder | None = None) -> TrainedClassifier:
    """The classifier in `folder`, read once a process; `find_encoder` gives the encoder that its card names, if any.

    Raises `ClassifierFilesError`, `WeightsMissingError` where the encoder is not here or is another one.
    """
    try:
        card = SentimentCard.model_validate_json(_content(folder, CARD))
        arrays = _arrays(folder)
        if card.variant == EmbeddingClassifier.name:
            return _embedding(card, arrays, folder, find_encoder)
        if card.variant != LinearClassifier.name:
            raise ClassifierFilesError(f"{folder / CARD} is of the variant {card.variant[:40]!a}, which is not known.")
        terms = json.loads(_content(folder, VOCABULARY))
    except (ValidationError, json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ClassifierFilesError(f"{folder} holds no classifier: {type(error).__name__}.") from error
    words, characters = _rows(terms, "words"), _rows(terms, "characters")
    found = _checked(arrays, _HEAD | _TERMS, {"words": len(words), "characters": len(characters)}, folder)
    idf = {kind: found.pop(f"{kind}_idf") for kind in ("word", "character")}
    return LinearClassifier(
        words=Terms(words, idf["word"]),
        characters=Terms(characters, idf["character"]),
        **found,
        card=card,
        digest=files_digest(folder),
    )


def files_digest(folder: Path) -> str:
    """SHA-256 over weights and vocabulary: what decides about a post."""
    digest = hashlib.sha256()
    for name in (WEIGHTS, VOCABULARY):
        if (folder / name).is_file():
            digest.update((folder / name).read_bytes())
    return digest.hexdigest()


def _embedding(
    card: SentimentCard, arrays: dict[str, Floats], folder: Path, find_encoder: FindEncoder | None
) -> EmbeddingClassifier:
    name = str(card.parameters.get("encoder", ""))
    if find_encoder is None or not name:
        raise WeightsMissingError(f"The classifier in {folder} needs the encoder {name or 'of its training'}.")
    encoder = find_encoder(name)
    if encoder.digest != card.parameters.get("encoder_sha256"):
        raise WeightsMissingError(
            f"The encoder {name} here has other weights ({encoder.digest[:12]}) than the classifier was trained with."
        )
    width = int(encoder.network.config.hidden_size)
    found = _checked(arrays, _HEAD | {"weights": (width, 3)}, {}, folder)
    return EmbeddingClassifier(encoder=encoder, **found, card=card, digest=files_digest(folder))


def _content(folder: Path, name: str) -> bytes:
    path = folder / name
    if not path.is_file():
        raise ClassifierFilesError(f"{folder} has no {name}: train a classifier with train_sentiment_classifier.")
    if path.stat().st_size > MOST_BYTES:
        raise ClassifierFilesError(f"{path} has more than {MOST_BYTES >> 20} MB.")
    return path.read_bytes()


def _arrays(folder: Path) -> dict[str, Floats]:
    _content(folder, WEIGHTS)
    try:
        return {name: array.astype(np.float64) for name, array in load_file(folder / WEIGHTS).items()}
    except (SafetensorError, ValueError, KeyError) as error:
        raise ClassifierFilesError(f"{folder / WEIGHTS} is damaged: {type(error).__name__}.") from error


def _checked(
    arrays: dict[str, Floats], shapes: dict[str, tuple[str | int, ...]], sizes: dict[str, int], folder: Path
) -> dict[str, Floats]:
    """The arrays that are needed, when each is there, finite and of its shape."""
    for name, shape in shapes.items():
        expected = tuple(sizes[size] if isinstance(size, str) else size for size in shape)
        found = arrays.get(name)
        if found is None or found.shape != expected or not np.isfinite(found).all():
            raise ClassifierFilesError(f"{folder / WEIGHTS}: {name} is not there, finite and of shape {expected}.")
    return {name: arrays[name] for name in shapes}


def _in_order(terms: Terms) -> list[str]:
    return sorted(terms.rows, key=lambda gram: terms.rows[gram])


def _rows(terms: Any, kind: str) -> dict[str, int]:
    grams = terms.get(kind) if isinstance(terms, dict) else None
    if not isinstance(grams, list) or not all(isinstance(gram, str) for gram in grams):
        raise ClassifierFilesError(f"{VOCABULARY} has no list of {kind}.")
    rows = {gram: row for row, gram in enumerate(grams)}
    if len(rows) != len(grams):
        raise ClassifierFilesError(f"{VOCABULARY} names one of its {kind} twice.")
    return rows
