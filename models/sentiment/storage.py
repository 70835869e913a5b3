"""A classifier as files: weights.safetensors, vocabulary.json, card.json. Never a pickle."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from models.sentiment.card import SentimentCard
from models.sentiment.linear import LinearClassifier, Terms

SHIPPED: Final = Path(__file__).parent / "weights"
WEIGHTS, VOCABULARY, CARD = "weights.safetensors", "vocabulary.json", "card.json"
MOST_BYTES: Final = 16 << 20
_SHAPES: Final = {
    "word_idf": ("words",),
    "character_idf": ("characters",),
    "word_weights": ("words", 3),
    "character_weights": ("characters", 3),
    "direction_weights": (8, 3),
    "bias": (3,),
    "calibration": (3, 3),
    "calibration_bias": (3,),
}


class ClassifierFilesError(ValueError):
    """Files of a classifier that can't be used; the message says what is wrong."""


def save_classifier(classifier: LinearClassifier, folder: Path) -> list[Path]:
    """Write the three files, in single precision and the order of rows."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {
        "word_idf": classifier.words.idf,
        "character_idf": classifier.characters.idf,
        **{name: getattr(classifier, name) for name in _SHAPES if not name.endswith("_idf")},
    }
    save_file({name: array.astype(np.float32) for name, array in arrays.items()}, folder / WEIGHTS)
    terms = {"words": _in_order(classifier.words), "characters": _in_order(classifier.characters)}
    (folder / VOCABULARY).write_text(json.dumps(terms, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    (folder / CARD).write_text(classifier.card.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return [folder / name for name in (WEIGHTS, VOCABULARY, CARD)]


@lru_cache(maxsize=4)
def load_classifier(folder: Path = SHIPPED) -> LinearClassifier:
    """The classifier in `folder`, read once a process. Raises `ClassifierFilesError`."""
    for name in (WEIGHTS, VOCABULARY, CARD):
        if not (folder / name).is_file():
            raise ClassifierFilesError(f"{folder} has no {name}: train one with train_sentiment_classifier.")
        if (folder / name).stat().st_size > MOST_BYTES:
            raise ClassifierFilesError(f"{folder / name} has more than {MOST_BYTES >> 20} MB.")
    try:
        card = SentimentCard.model_validate_json((folder / CARD).read_bytes())
        terms = json.loads((folder / VOCABULARY).read_bytes())
        arrays = {name: array.astype(np.float64) for name, array in load_file(folder / WEIGHTS).items()}
    except (ValueError, RecursionError, SafetensorError) as error:
        raise ClassifierFilesError(f"{folder} holds no classifier: {type(error).__name__}.") from error
    words, characters = _rows(terms, "words"), _rows(terms, "characters")
    sizes = {"words": len(words), "characters": len(characters)}
    for name, shape in _SHAPES.items():
        expected = tuple(sizes[size] if isinstance(size, str) else size for size in shape)
        found = arrays.get(name)
        if found is None or found.shape != expected or not np.isfinite(found).all():
            raise ClassifierFilesError(
                f"{folder / WEIGHTS}: {name} is not there, or not finite and of shape {expected}."
            )
    return LinearClassifier(
        words=Terms(words, arrays.pop("word_idf")),
        characters=Terms(characters, arrays.pop("character_idf")),
        **{name: arrays[name] for name in _SHAPES if name in arrays},
        card=card,
        digest=files_digest(folder),
    )


def files_digest(folder: Path) -> str:
    """SHA-256 over weights and vocabulary: what decides about a post."""
    digest = hashlib.sha256()
    for name in (WEIGHTS, VOCABULARY):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


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
