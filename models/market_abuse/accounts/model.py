"""The account model: boosted trees, calibrated, with a share of each figure in the verdict (TreeSHAP)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from numpy.typing import NDArray

from models.market_abuse.accounts.card import AccountCard
from models.market_abuse.accounts.features import describe, matrix

if TYPE_CHECKING:
    from xgboost import Booster

SHIPPED: Final = Path(__file__).parent / "weights"
BOOSTER, CARD = "booster.ubj", "card.json"


class AccountWeightsError(ValueError):
    """The weights are not those that the card names."""


@dataclass(frozen=True, eq=False)
class AccountModel:
    """One version; `weights` is the content of its booster's file."""

    card: AccountCard
    booster: "Booster"
    weights: bytes

    @classmethod
    def load(cls, folder: Path = SHIPPED) -> Self:
        """Read card and booster. Raises AccountWeightsError."""
        from xgboost import Booster  # noqa: PLC0415 - xgboost where it is used

        card = AccountCard.model_validate_json((folder / CARD).read_bytes())
        content = (folder / BOOSTER).read_bytes()
        if hashlib.sha256(content).hexdigest() != card.sha256:
            raise AccountWeightsError(
                f"{BOOSTER} is not the file that card.json describes; restore both from one release"
            )
        booster = Booster(model_file=bytearray(content))
        booster.set_param({"nthread": 1})
        return cls(card, booster, content)

    def save(self, folder: Path) -> None:
        """Write card and booster."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / BOOSTER).write_bytes(self.weights)
        (folder / CARD).write_text(self.card.model_dump_json(indent=2) + "\n")

    def missing(self, names: "Mapping[str, object]") -> list[str]:
        """The features that a file lacks."""
        return [name for name in self.card.features if name not in names]

    def judge(self, columns: Mapping[str, NDArray[np.float64]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Calibrated probability of fraud of each account, and each feature's share in the log-odds of it."""
        from xgboost import DMatrix  # noqa: PLC0415 - xgboost where it is used

        rows = DMatrix(matrix(columns, self.card.features), feature_names=list(self.card.features), nthread=1)
        shares = self.booster.predict(rows, pred_contribs=True).astype(np.float64)
        margin = self.card.slope * shares.sum(axis=1) + self.card.intercept
        return np.asarray(0.5 * (1 + np.tanh(0.5 * margin)), np.float64), self.card.slope * shares[:, :-1]

    def reasons(self, shares: NDArray[np.float64], values: NDArray[np.float64], most: int = 4) -> tuple[str, ...]:
        """The figures that speak most for fraud, in words, with their share in the log-odds."""
        order = np.argsort(-shares, kind="stable")[:most]
        return tuple(
            f"{describe(self.card.features[place], float(values[place]))} ({shares[place]:+.2f})"
            for place in order.tolist()
            if shares[place] > 0
        )


@lru_cache(maxsize=1)
def load_account_model() -> AccountModel:
    """The shipped model, read once a process."""
    return AccountModel.load()
