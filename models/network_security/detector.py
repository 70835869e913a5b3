"""The network detector: its members, how they are combined, and its card; loaded once a process, checked by digest."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from models.network_security.attack_class import NORMAL, UNKNOWN
from models.network_security.attack_classes import AttackClasses
from models.network_security.encoding import Encoding
from models.network_security.feature_table import FeatureTable
from models.network_security.members import Members, Opinions
from models.network_security.model_card import ModelCard
from models.network_security.normality import Normality
from models.network_security.weights_file import (
    dump_arrays,
    dump_forest,
    load_arrays,
    load_booster,
    load_forest,
    read_checked,
)

SHIPPED_WEIGHTS: Final = Path(__file__).parent / "weights"
CARD: Final = "card.json"
BOOSTER, FOREST, NORMALITY, CLASSES = "booster.ubj", "forest.skops", "normality.safetensors", "classes.ubj"


@dataclass(frozen=True, eq=False)
class Judgement:
    """What is said of each record: probability of an attack, its class, how new it is (0 to 1), and the opinions."""

    score: NDArray[np.float64]
    attack_class: NDArray[np.object_]
    novelty: NDArray[np.float64]
    opinions: Opinions


@dataclass(frozen=True, eq=False)
class NetworkDetector:
    """Members, class model and card of one version; `files` is the content of its weights files by name."""

    card: ModelCard
    members: Members
    classes: AttackClasses
    files: Mapping[str, bytes]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read `card.json` and the weights that it names. Raises WeightsMismatchError."""
        card = ModelCard.model_validate_json((folder / CARD).read_bytes())
        files = read_checked(folder, card.sha256)
        arrays = load_arrays(files[NORMALITY])
        encoding = Encoding(space=card.encoding.space, categories=card.normality_categories)
        normality = Normality.from_arrays(encoding, arrays)
        members = Members(card.encoding, load_booster(files[BOOSTER]), load_forest(files[FOREST]), normality)
        booster = load_booster(files[CLASSES]) if CLASSES in files else None
        return cls(card, members, AttackClasses(card.encoding, card.classes, booster), files)

    def save(self, folder: Path) -> list[Path]:
        """Write the card and the weights; returns the files."""
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for name, content in {**self.files, CARD: _card(self.card)}.items():
            written.append(folder / name)
            written[-1].write_bytes(content)
        return written

    @property
    def weights_sha256(self) -> str:
        """One digest for all weights files."""
        return digest(self.card.sha256)

    def judge(self, table: FeatureTable) -> Judgement:
        """Score, class and novelty of each record. Raises ValueError for records of another feature space."""
        opinions = self.members.opinions(table)
        score = self.card.combination.probability(opinions)
        named = np.full(len(table), NORMAL, dtype=object)
        attacks = np.flatnonzero(score >= self.card.combination.threshold)
        named[attacks] = self.classes.name(table[attacks])
        named[attacks[opinions.supervised[attacks] < 0]] = UNKNOWN  # the trees know it not: novelty alone speaks
        return Judgement(score, named, self.novelty(opinions.distance), opinions)

    def novelty(self, distance: NDArray[np.float64]) -> NDArray[np.float64]:
        """Share of normal records kept from training that are nearer to normal than this one."""
        scale = np.array(self.card.novelty_scale)
        return np.asarray(np.interp(distance, scale, np.linspace(0, 1, len(scale))), np.float64)


def weights(members: Members, classes: AttackClasses) -> dict[str, bytes]:
    """The content of each weights file."""
    files = {
        BOOSTER: bytes(members.booster.save_raw("ubj")),
        FOREST: dump_forest(members.forest),
        NORMALITY: dump_arrays(members.normality.to_arrays()),
    }
    return files if classes.booster is None else {**files, CLASSES: bytes(classes.booster.save_raw("ubj"))}


def digests(files: Mapping[str, bytes]) -> dict[str, str]:
    """SHA-256 of each file."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def digest(sha256: Mapping[str, str]) -> str:
    """One digest of several, as `sha256sum` lists them."""
    listed = "\n".join(f"{one}  {name}" for name, one in sorted(sha256.items()))
    return hashlib.sha256(listed.encode()).hexdigest()


def _card(card: ModelCard) -> bytes:
    return (card.model_dump_json(indent=2) + "\n").encode()


@lru_cache(maxsize=4)
def load_detector(folder: Path = SHIPPED_WEIGHTS) -> NetworkDetector:
    """The detector in a folder whose content does not change, read once a process; the shipped one by default."""
    return NetworkDetector.load(folder)
