"""Classifiers of the FinBERT kind: a transformer with a head of three labels, named on its model card."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.sentiment.classifier import Floats
from models.sentiment.label import BEARISH, BULLISH, LABELS, NEUTRAL
from models.sentiment.pretrained import BATCH, Pretrained, WeightsMissingError, tokens
from models.sentiment.wording import plain

WORDS: Final = {
    "bearish": BEARISH, "negative": BEARISH, "bullish": BULLISH, "positive": BULLISH, "neutral": NEUTRAL,
}  # fmt: skip


@dataclass(frozen=True)
class TransformerClassifier:
    """A transformer whose outputs are put into the order of `LABELS` by the words of its own configuration."""

    pretrained: Pretrained
    order: tuple[int, int, int]

    @classmethod
    def of(cls, pretrained: Pretrained) -> "TransformerClassifier":
        """With the order that `id2label` gives. Raises `WeightsMissingError` where the labels are others."""
        named = pretrained.network.config.id2label
        found = {WORDS.get(str(word).strip().casefold()): int(place) for place, word in named.items()}
        if len(named) != len(LABELS) or set(found) != set(range(len(LABELS))):
            told = ", ".join(str(word) for word in list(named.values())[:6])
            raise WeightsMissingError(
                f"{pretrained.name} tells {told} apart; needed are "
                "bearish (negative), bullish (positive) and neutral, by these words in id2label of its config.json."
            )
        return cls(pretrained, (found[BEARISH], found[BULLISH], found[NEUTRAL]))

    @property
    def name(self) -> str:
        """Name of the transformer."""
        return self.pretrained.name

    @property
    def version(self) -> str:
        """Beginning of the digest of its weights."""
        return self.digest[:12]

    @property
    def digest(self) -> str:
        """SHA-256 of its weights."""
        return self.pretrained.digest

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """Softmax of its outputs, in the order of `LABELS`: shape (texts, 3). Not calibrated by us."""
        import torch  # noqa: PLC0415 - heavy, and only this needs it

        parts = [np.zeros((0, len(LABELS)))]
        for start in range(0, len(texts), BATCH):
            batch = tokens(self.pretrained, [plain(text) or " " for text in texts[start : start + BATCH]])
            with torch.inference_mode():
                shares = self.pretrained.network(**batch).logits.double().softmax(dim=-1)
            parts.append(shares[:, list(self.order)].numpy())
        return np.concatenate(parts)

    def decisions(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """The likeliest label of each text."""
        labels: NDArray[np.int64] = self.probabilities(texts).argmax(axis=1)
        return labels
