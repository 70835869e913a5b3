"""Columns of the Fraud Detection Handbook's files, as transactions."""

from pathlib import Path

import numpy as np

from models.fraud.transactions import UNKNOWN_LABEL, Transactions

COLUMNS = ("TRANSACTION_ID", "TX_DATETIME", "CUSTOMER_ID", "TERMINAL_ID", "TX_AMOUNT")
LABEL = "TX_FRAUD"


def read_handbook(path: Path) -> Transactions:
    """A parquet or CSV file in the handbook's columns; amounts have two decimals and times are UTC.

    Raises ValueError when a column is missing or an amount has more than two decimals.
    """
    import pandas as pd  # noqa: PLC0415 - pandas where it is used

    frame = pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
    if missing := [name for name in COLUMNS if name not in frame.columns]:
        raise ValueError(f"{path.name} lacks the columns {', '.join(missing)}")
    exact = frame["TX_AMOUNT"].to_numpy(np.float64) * 100
    amount = exact.round()
    if not (np.isfinite(exact).all() and np.abs(exact - amount).max(initial=0) < 1e-4):
        raise ValueError(f"{path.name} has amounts of more than two decimals, or none")
    rows = len(frame)
    return Transactions(
        transaction_id=frame["TRANSACTION_ID"].to_numpy(),
        time=pd.to_datetime(frame["TX_DATETIME"]).to_numpy("datetime64[us]"),
        customer=frame["CUSTOMER_ID"].to_numpy(),
        terminal=frame["TERMINAL_ID"].to_numpy(),
        amount=amount.astype(np.int64),
        currency=np.full(rows, "XXX"),
        label=frame[LABEL].to_numpy(np.int8) if LABEL in frame.columns else np.full(rows, UNKNOWN_LABEL, np.int8),
    )
