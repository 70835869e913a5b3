"""The embedding variant: sentences as points by a MiniLM, and a linear head of our own on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.sentiment.card import SentimentCard
from models.sentiment.classifier import Floats
from models.sentiment.linear import softmax
from models.sentiment.pretrained import BATCH, Pretrained, tokens
from models.sentiment.wording import ADDRESS, plain

MINILM: Final = "sentence-transformers/all-MiniLM-L6-v2"


def embed(encoder: Pretrained, texts: Sequence[str]) -> Floats:
    """Points of length 1, shape (texts, width): the mean over a text's tokens, padding left out (Reimers and Gurevych
    2019, as the model card of all-MiniLM-L6-v2 says).
    """
    import torch  # noqa: PLC0415 - heavy, and only this needs it

    parts = [np.zeros((0, int(encoder.network.config.hidden_size)))]
    for start in range(0, len(texts), BATCH):
        batch = tokens(encoder, [ADDRESS.sub(" ", plain(text)) or " " for text in texts[start : start + BATCH]])
        with torch.inference_mode():
            states = encoder.network(**batch).last_hidden_state.double()
            mask = batch["attention_mask"].unsqueeze(-1).double()
            means = (states * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1e-9)
            parts.append(torch.nn.functional.normalize(means, dim=1).numpy())
    return np.concatenate(parts)


@dataclass(frozen=True)
class EmbeddingClassifier:
    """Margins are linear in a sentence's embedding; probabilities as in `LinearClassifier`.

    Shapes: `weights` (width, 3), `bias` (3,), `calibration` (3, 3), `calibration_bias` (3,).
    """

    encoder: Pretrained
    weights: Floats
    bias: Floats
    calibration: Floats
    calibration_bias: Floats
    card: SentimentCard
    digest: str

    name = "minilm-linear"

    @property
    def version(self) -> str:
        """Version on its card."""
        return self.card.version

    def margins(self, texts: Sequence[str]) -> Floats:
        """One margin a label and text, shape (texts, 3)."""
        margins: Floats = embed(self.encoder, texts) @ self.weights + self.bias
        return margins

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """Calibrated probabilities of `LABELS`, shape (texts, 3)."""
        return softmax(self.margins(texts) @ self.calibration + self.calibration_bias)

    def decisions(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """The label with the largest margin."""
        labels: NDArray[np.int64] = self.margins(texts).argmax(axis=1)
        return labels
