"""Training payments out of the payment store: what was judged here, and what became known of it."""

from typing import TYPE_CHECKING, Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from blocks.alert_store import AlertStore
from blocks.payment_store import PaymentStore
from blocks.payment_store.lookup import payments_of_owner
from tasks.fraud.training import LabelledPayments
from tasks.run_owner import current_owner

if TYPE_CHECKING:
    from numpy.typing import NDArray


@task(
    name="load-stored-payments",
    description="Payments that were judged in real time or loaded as history, with the labels known by now.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=1,
)
def load_stored() -> LabelledPayments:
    """The payments of the run's owner. One that nobody called fraud within the label delay counts as genuine, unless an
    alert that holds it waits for a decision.

    Raises ValueError where there are none with a label, `PaymentStoreAway`.
    """
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.fraud.features import LABEL_DELAY  # noqa: PLC0415
    from models.fraud.training import Source  # noqa: PLC0415
    from models.fraud.transactions import DAY, UNKNOWN_LABEL, Transactions  # noqa: PLC0415

    owner = current_owner() or "local"
    stored = payments_of_owner(PaymentStore.default(), owner)
    if not stored["transaction_id"]:
        raise ValueError(
            "the payment store holds no payments of this owner: have some judged by /api/v1/fraud/analyze, or load "
            "earlier ones by `aiflows fraud load`"
        )
    time = np.array(stored["time_us"], np.int64).astype("datetime64[us]")
    label = np.array(stored["label"], np.int8)
    undecided = np.isin(stored["transaction_id"], AlertStore.default().undecided(owner, "transaction"))
    old = time < np.datetime64("now", "us") - LABEL_DELAY
    settled = (label == UNKNOWN_LABEL) & old & ~undecided
    rows = Transactions(
        transaction_id=_text(stored["transaction_id"]),
        time=time,
        customer=_text(stored["customer_id"]),
        terminal=_text(stored["terminal_id"]),
        amount=np.array(stored["amount_minor"], np.int64),
        currency=_text(stored["currency"]),
        label=np.where(settled, 0, label).astype(np.int8),
        device=_text(stored["device"]),
        country=_text(stored["country"]),
    )
    labelled = rows[rows.label != UNKNOWN_LABEL]
    days = int(LABEL_DELAY // DAY)
    warnings = [f"{int(settled.sum()):,} payments older than {days} days that nobody labelled count as genuine."]
    if left_out := len(rows) - len(labelled):
        warnings.append(
            f"{left_out:,} payments were left out: without a label in the last {days} days, or in alerts that nobody "
            "has decided."
        )
    return LabelledPayments(labelled, Source(f"payment store, {owner}", labelled.digest(), simulated=False), warnings)


def _text(values: list[Any]) -> "NDArray[Any]":
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    return np.array(values, dtype=object)
