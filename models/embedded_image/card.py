"""What the embedded model's weights are: their version, how they were made, how well they follow a prompt."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

WEIGHTS: Final = Path(__file__).parent / "weights"
"""Those that come with the code."""


@dataclass(frozen=True)
class Card:
    """The card beside the weights.

    Attributes:
        recipe: Steps, sizes and seeds of the training.
        metrics: Shares of held-out prompts that were followed, by what was asked, and distances to renders.
    """

    version: str
    licence: str
    recipe: dict[str, Any]
    metrics: dict[str, Any]


def read_card(folder: Path) -> Card:
    """The card of a folder of weights.

    Raises:
        OSError: There is none.
    """
    said = json.loads((folder / "card.json").read_text())
    return Card(said["version"], said["licence"], said["recipe"], said["metrics"])
