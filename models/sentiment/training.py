"""Training the TF-IDF classifier on labelled posts."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from models.sentiment.card import SentimentCard
from models.sentiment.classifier import Floats
from models.sentiment.label import LABELS
from models.sentiment.lexicon import DIRECTION_FEATURES, direction_features
from models.sentiment.linear import LinearClassifier, Terms
from models.sentiment.terms import CHARACTER_GRAMS, WORD, WORD_GRAMS
from models.sentiment.wording import worded

DIRECTION_SCALE: Final = 0.3
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Parameters:
    """What the fit depends on besides the posts; `tests/benchmarks/sentiment_classifier.py` tries others."""

    regularisation: float = 0.5  # LinearSVC's C
    naive_bayes: float = 0.5  # power of the log-count ratios (Wang and Manning 2012); 0: plain TF-IDF
    least_words: int = 2  # posts that a word n-gram must be in
    least_characters: int = 3


@dataclass(frozen=True)
class Fit:
    """A linear model of TF-IDF values: what `LinearClassifier` is made of."""

    words: Terms
    characters: Terms
    weights: Floats  # (words + characters + directions, 3), in single precision's numbers
    bias: Floats


@dataclass(frozen=True)
class TfidfRecipe:
    """How the TF-IDF variant is made."""

    parameters: Parameters = Parameters()
    variant = LinearClassifier.name

    def settings(self) -> dict[str, float | int | str]:
        """The parameters, for the card."""
        return asdict(self.parameters)

    def unseen(self, texts: Sequence[str], labels: Indices) -> Callable[[Indices, Indices], Floats]:
        """Margins of some of the posts by a model of others."""

        def margins(seen: Indices, unseen: Indices) -> Floats:
            part = fit_linear([texts[index] for index in seen], labels[seen], self.parameters)
            return margins_of(part, [texts[index] for index in unseen])

        return margins

    def classifier(
        self, texts: Sequence[str], labels: Indices, calibration: tuple[Floats, Floats], card: SentimentCard
    ) -> LinearClassifier:
        """The classifier of all the posts, with a calibration made before."""
        fit = fit_linear(texts, labels, self.parameters)
        words, characters = len(fit.words.rows), len(fit.characters.rows)
        return LinearClassifier(
            words=fit.words,
            characters=fit.characters,
            word_weights=fit.weights[:words],
            character_weights=fit.weights[words : words + characters],
            direction_weights=fit.weights[words + characters :],
            bias=fit.bias,
            calibration=calibration[0],
            calibration_bias=calibration[1],
            card=card,
            digest="",
        )


def fit_linear(texts: Sequence[str], labels: Indices, parameters: Parameters) -> Fit:
    """One-against-rest linear SVMs on NB-weighted TF-IDF (NBSVM), with labels weighed alike.

    The log-count ratios are folded into the weights, so that what predicts is linear in plain TF-IDF. Weights are
    rounded to single precision, as they are kept.
    """
    read = [worded(text) for text in texts]
    words, characters = _vectorisers(parameters)
    grams = sparse.hstack([words.fit_transform(read), characters.fit_transform(read)]).tocsr()
    directions = sparse.csr_matrix(np.array([direction_features(text) for text in read]) * DIRECTION_SCALE)
    weights, bias = np.zeros((grams.shape[1] + DIRECTION_FEATURES, len(LABELS))), np.zeros(len(LABELS))
    for label in range(len(LABELS)):
        mine = labels == label
        ratios = _log_count_ratios(grams, mine) ** parameters.naive_bayes
        features = sparse.hstack([grams.multiply(ratios), directions]).tocsr()
        machine = LinearSVC(C=parameters.regularisation, class_weight="balanced", random_state=0)
        machine.fit(features, mine)
        scale = np.concatenate([ratios, np.full(DIRECTION_FEATURES, DIRECTION_SCALE)])
        weights[:, label], bias[label] = machine.coef_[0] * scale, machine.intercept_[0]
    return Fit(_terms(words), _terms(characters), single(weights), single(bias))


def margins_of(fit: Fit, texts: Sequence[str]) -> Floats:
    """Margins by scikit-learn's own vectorisers: for calibration, and to hold `LinearClassifier` against."""
    read = [worded(text) for text in texts]
    parts: list[Any] = [
        _again(vectoriser, terms).transform(read)
        for vectoriser, terms in zip(_vectorisers(Parameters()), (fit.words, fit.characters), strict=True)
    ]
    directions = sparse.csr_matrix(np.array([direction_features(text) for text in read]).reshape(len(read), -1))
    margins: Floats = sparse.hstack([*parts, directions]).tocsr() @ fit.weights + fit.bias
    return margins


def _vectorisers(parameters: Parameters) -> tuple[TfidfVectorizer, TfidfVectorizer]:
    return (
        TfidfVectorizer(
            lowercase=False,
            token_pattern=WORD,
            ngram_range=WORD_GRAMS,
            min_df=parameters.least_words,
            sublinear_tf=True,
        ),
        TfidfVectorizer(
            lowercase=False,
            analyzer="char_wb",
            ngram_range=CHARACTER_GRAMS,
            min_df=parameters.least_characters,
            sublinear_tf=True,
        ),
    )


def _again(vectoriser: TfidfVectorizer, terms: Terms) -> TfidfVectorizer:
    """A vectoriser with the vocabulary and frequencies of another."""
    vectoriser.vocabulary = dict(terms.rows)
    vectoriser.idf_ = terms.idf
    return vectoriser


def _terms(vectoriser: TfidfVectorizer) -> Terms:
    return Terms({gram: int(row) for gram, row in vectoriser.vocabulary_.items()}, single(vectoriser.idf_))


def _log_count_ratios(grams: Any, mine: NDArray[np.bool_]) -> Floats:
    """|ln(p / q)|, p and q the shares of each n-gram among a label's posts and the others', one count added to each."""
    inside, outside = (1.0 + np.asarray(grams[part].sum(axis=0)).ravel() for part in (mine, ~mine))
    ratios: Floats = np.abs(np.log((inside / inside.sum()) / (outside / outside.sum())))
    return ratios


def single(values: Any) -> Floats:
    """Numbers that single precision holds, in double precision."""
    return np.asarray(values, dtype=np.float32).astype(np.float64)
