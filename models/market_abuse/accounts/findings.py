"""Risky accounts as findings."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from models.market_abuse.accounts.model import AccountModel
from models.market_abuse.finding import Finding

NOT_GIVEN = (
    "Some of its figures are not given: in the training data every account without token figures is fraud, by the way "
    "it was collected, so this counts for more than it should."
)
VOLUME = "total ether received"


def find_risky_accounts(
    model: AccountModel, columns: Mapping[str, NDArray[np.float64]], names: list[str]
) -> tuple[list[Finding], list[NDArray[np.intp]], NDArray[np.float64]]:
    """Accounts at or above the card's threshold, the likeliest first, their places, and the probability of all rows.

    An account of several rows is found once, by its riskiest row.
    """
    score, shares = model.judge(columns)
    order = np.argsort(-score, kind="stable")
    chosen: dict[str, int] = {}
    for place in order[score[order] >= model.card.threshold].tolist():
        chosen.setdefault(names[place], place)
    values = np.column_stack([columns[name] for name in model.card.features])
    volume = columns.get(VOLUME, np.zeros(len(score)))
    sent = columns.get("total transactions (including tnx to create contract", np.zeros(len(score)))
    findings = [
        Finding(
            kind="account_risk",
            measured_on="real",
            score=round(float(score[place]), 6),
            accounts=(names[place],),
            events=max(int(np.nan_to_num(sent[place])), 0),
            volume=max(float(np.nan_to_num(volume[place])), 0.0),
            evidence={
                model.card.features[feature]: float(values[place, feature])
                for feature in np.argsort(-shares[place], kind="stable")[:6].tolist()
                if np.isfinite(values[place, feature])
            },
            reasons=(
                f"{names[place]}: probability of fraud {score[place]:.1%}, by figures of its own alone.",
                *model.reasons(shares[place], values[place]),
                *((NOT_GIVEN,) if not np.isfinite(values[place]).all() else ()),
            ),
        )
        for place in chosen.values()
    ]
    return findings, [np.array([place], np.intp) for place in chosen.values()], score
