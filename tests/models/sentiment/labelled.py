"""Labelled posts made of phrases: enough to train on in a moment, and hard enough to be wrong about."""

import numpy as np

from models.sentiment.learning import LabelledPosts

NAMES = ["Acme", "Globex", "Initech", "Umbrella", "Hooli", "Stark", "Wayne", "Tyrell", "Cyberdyne", "Aperture"]
SAID = {
    0: ["cut to sell", "misses estimates", "plunges on weak sales", "warns of losses", "is downgraded by the bank"],
    1: ["raised to buy", "beats estimates", "surges on strong sales", "sees profit growth", "is upgraded by the bank"],
    2: [
        "holds its annual meeting",
        "names a new chairman",
        "reports on Tuesday",
        "opens an office",
        "publishes slides",
    ],
}
PLACES = ["in Ohio", "in Texas", "after the close", "before the open", "this week", "again", "once more", "overseas"]


def labelled(count: int = 600, seed: int = 0, noise: float = 0.05) -> LabelledPosts:
    """`count` different posts; a share of the labels is wrong."""
    draw = np.random.default_rng(seed)
    texts: dict[str, int] = {}
    while len(texts) < count:
        label = int(draw.choice(3, p=[0.25, 0.25, 0.5]))
        words = [
            draw.choice(NAMES),
            draw.choice(SAID[label]),
            draw.choice(PLACES),
            "and",
            draw.choice(NAMES),
            "watches",
        ]
        text = f"{' '.join(words)} {draw.integers(1000)} {''.join(draw.choice(list('abcdefghij'), 6))}"
        texts.setdefault(text, label)
    wrong = draw.random(count) < noise
    labels = np.where(wrong, draw.integers(0, 3, count), list(texts.values()))
    return LabelledPosts(tuple(texts), labels.astype(np.int64), "phrases made for a test", ("made up",))
