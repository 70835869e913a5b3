"""Measuring a detector on a later window as the Fraud Detection Handbook does."""

import numpy as np
from numpy.typing import NDArray

from models.fraud.metrics import Metrics
from models.fraud.transactions import DAY, Transactions


def evaluate(test: Transactions, scores: NDArray[np.float64]) -> Metrics:
    """Measures of `scores` (probabilities) for the labelled rows `test`. Raises ValueError when one class is absent."""
    from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score  # noqa: PLC0415 - scikit-learn where it is used

    fraud = test.label == 1
    if fraud.all() or not fraud.any():
        raise ValueError(
            "the later window needs both frauds and genuine payments; give more payments, over more days or customers"
        )
    return Metrics(
        transactions=len(test),
        frauds=int(fraud.sum()),
        average_precision=float(average_precision_score(fraud, scores)),
        roc_auc=float(roc_auc_score(fraud, scores)),
        brier=float(brier_score_loss(fraud, scores)),
        card_precision_100=card_precision(test, scores, alerts_a_day=100),
    )


def card_precision(test: Transactions, scores: NDArray[np.float64], *, alerts_a_day: int) -> float:
    """Share of a day's alerted customers who were defrauded that day, averaged over days; see `Metrics`."""
    import pandas as pd  # noqa: PLC0415 - pandas where it is used

    frame = pd.DataFrame({"customer": test.customer, "score": scores, "fraud": test.label == 1})
    frame["day"] = test.time.astype("datetime64[D]")
    caught: set[object] = set()
    precision = []
    for _, day in frame.groupby("day"):
        open_cards = day[~day["customer"].isin(caught)]
        alerts = open_cards.groupby("customer")[["score", "fraud"]].max().nlargest(alerts_a_day, "score")
        hits = alerts.index[alerts["fraud"]]
        caught.update(hits)
        precision.append(len(hits) / alerts_a_day)
    return float(np.mean(precision))


def without_known_cards(
    known: Transactions, test: Transactions, *, since: np.datetime64, train_end: np.datetime64
) -> NDArray[np.bool_]:
    """Mask of the rows of `test` whose customer was not yet known to be compromised on that day.

    Known are customers defrauded from `since` on, as far as labels had come in: until `train_end` on the first day of
    `test`, and a day more on each day after. `known` holds the labelled rows up to the end of `test`.
    """
    import pandas as pd  # noqa: PLC0415 - pandas where it is used

    frauds = known[(known.label == 1) & (known.time >= since)]
    first = pd.Series(frauds.time, index=frauds.customer).groupby(level=0).min()
    defrauded = first.reindex(test.customer).to_numpy("datetime64[us]")
    first_day = test.time.min().astype("datetime64[D]")
    days_in = (test.time.astype("datetime64[D]") - first_day).astype(np.int64)
    horizon = train_end + days_in * DAY
    mask: NDArray[np.bool_] = ~(defrauded < horizon)  # NaT, never defrauded, compares as false
    return mask
