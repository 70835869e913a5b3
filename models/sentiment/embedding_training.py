"""Training the head of the embedding variant."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from models.sentiment.card import SentimentCard
from models.sentiment.classifier import Floats
from models.sentiment.embedding import EmbeddingClassifier, embed
from models.sentiment.pretrained import Pretrained
from models.sentiment.training import Indices, single


@dataclass(frozen=True)
class EmbeddingRecipe:
    """How the embedding variant is made: the encoder stays as it is, a logistic head is fitted on its points."""

    encoder: Pretrained
    regularisation: float = 10.0
    variant = EmbeddingClassifier.name

    def settings(self) -> dict[str, float | int | str]:
        """The encoder and its digest, without which the head is worth nothing."""
        return {
            "encoder": self.encoder.name,
            "encoder_sha256": self.encoder.digest,
            "regularisation": self.regularisation,
        }

    def unseen(self, texts: Sequence[str], labels: Indices) -> Callable[[Indices, Indices], Floats]:
        """Margins of some of the posts by a head of others; every post is embedded once."""
        points = embed(self.encoder, texts)

        def margins(seen: Indices, unseen: Indices) -> Floats:
            weights, bias = self._head(points[seen], labels[seen])
            part: Floats = points[unseen] @ weights + bias
            return part

        return margins

    def classifier(
        self, texts: Sequence[str], labels: Indices, calibration: tuple[Floats, Floats], card: SentimentCard
    ) -> EmbeddingClassifier:
        """The classifier of all the posts, with a calibration made before."""
        weights, bias = self._head(embed(self.encoder, texts), labels)
        return EmbeddingClassifier(
            encoder=self.encoder,
            weights=weights,
            bias=bias,
            calibration=calibration[0],
            calibration_bias=calibration[1],
            card=card,
            digest="",
        )

    def _head(self, points: Floats, labels: Indices) -> tuple[Floats, Floats]:
        """Labels weigh alike, as in the other variant."""
        head = LogisticRegression(C=self.regularisation, class_weight="balanced", max_iter=2000, random_state=0)
        head.fit(np.asarray(points), labels)
        return single(head.coef_.T), single(head.intercept_)
