"""The demo's fraud again, as it happens: a verdict in real time, the alert of it, and the page of its case."""

from typing import Any

import httpx

from models.fraud.simulator import example_batch


def open_case(gateway: httpx.Client) -> dict[str, Any] | None:
    """The verdict on the last payment, made when the others have been, and the run of its case.

    None where nobody needs to look: it was approved, or a person has decided its alert since. Raises `HTTPStatusError`.
    """
    *before, fraud = example_batch(seed=7)
    for payments in (before, [fraud]):
        answer = gateway.post("/api/v1/fraud/analyze", json={"transactions": payments}).raise_for_status().json()
    queue = gateway.get("/api/v1/fraud/alerts", params={"kind": "transaction", "limit": 100}).raise_for_status().json()
    subject = f"customer {fraud['customer_id']}"
    ids = [alert["alert_id"] for alert in queue["alerts"] if alert["subject"] == subject]
    if not ids:
        return None
    opened = gateway.post(f"/api/v1/fraud/alerts/{ids[0]}/case", headers={"Prefer": "wait=25"}).raise_for_status()
    return {"verdict": answer["verdicts"][0], "alert_id": ids[0], "run": opened.json()}
