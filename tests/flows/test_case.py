"""The page of a case: what is around an alert, drawn and told, whatever the data says."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image
from prefect import tags

from blocks.alert_store import Alert, AlertSignal, AlertStore, NoSuchAlert
from blocks.asset_store import AssetStore
from blocks.payment_store import PaymentStore, Writer
from deployments.scorer.scoring import Order, Scoring
from flows import Case, CaseRequest, TransactionAnalysisRequest, analyze_transactions, open_case
from models.fraud.rules import default_rules
from models.fraud.simulator import example_batch
from tasks.fraud.case import CaseFile, CasePayment
from tasks.fraud.case_graph import draw_links
from tasks.fraud.case_picture import case_picture
from tasks.fraud.detector import shipped_detector
from tasks.fraud.live import Model
from tasks.fraud.transaction import Transaction
from tasks.market_abuse.style import new_figure

pytestmark = pytest.mark.fraud

NOON = datetime(2026, 6, 29, 12, tzinfo=UTC)


def opened(alert_id: str) -> Case:
    return open_case(request=CaseRequest(alert_id=alert_id))


def page_of(api: str, case: Case) -> str:
    body = {"artifacts": {"flow_run_id": {"any_": [case.run_id]}, "type": {"any_": ["markdown"]}}}
    [artifact] = [found for found in httpx.post(f"{api}/artifacts/filter", json=body).json() if found["key"]]
    assert artifact["key"] == f"fraud-case-{case.request.alert_id}"
    return str(artifact["data"])


def payment(name: str, minutes: float, **changes: Any) -> Transaction:
    return Transaction.model_validate(
        {
            "transaction_id": name,
            "time": NOON + timedelta(minutes=minutes),
            "amount": "12.10",
            "currency": "EUR",
            "customer_id": "victim",
            "terminal_id": "shop-1",
            "device": "phone",
            **changes,
        }
    )


@pytest.fixture
def scoring() -> Iterator[Scoring]:
    store = PaymentStore.default()
    store.migrate()
    with Writer(store) as writer:
        yield Scoring(writer, lambda _: "0" * 36, lambda: Model(shipped_detector(), None), default_rules())


def raised(*sources: str, subject: str = "customer victim", **more: Any) -> Alert:
    given = {"kind": "transaction", "title": "€ 900 to block: a new device", "score": 0.93, "seen_at": NOON}
    evidence = {"reasons": ["a new device"], "time": NOON.isoformat(), **more.pop("evidence", {})}
    signals = [AlertSignal(source=one, subject=subject, evidence=evidence, **{**given, **more}) for one in sources]
    return AlertStore.default().raise_alerts("local", signals)[0]


def test_an_analysed_fraud_becomes_a_page(prefect_api: str) -> None:
    analysis = analyze_transactions(
        request=TransactionAnalysisRequest.model_validate({"transactions": example_batch(seed=3)})
    )
    case = opened(analysis.alerts[0])
    assert (case.kind, case.state, case.flagged) == ("transaction", "open", 1)
    assert case.payments >= 9, "the customer's ordinary payments are around it"
    page = page_of(prefect_api, case)
    assert f"/api/v1/fraud/alerts/{analysis.alerts[0]}" in page
    assert all(word in page for word in ("## Why", "## What to do", "raised", "tx-0040"))
    with AssetStore.default().open(case.assets[0].uri) as file, Image.open(file) as drawn:
        assert drawn.size == (1600, 900)
    assert case.assets[0].url in page


@pytest.mark.usefixtures("prefect_api")
def test_who_shares_a_device_or_a_bad_terminal_is_connected(scoring: Scoring) -> None:
    own = [payment(f"v{n}", n) for n in range(6)]
    stranger = payment("s1", 20, customer_id="stranger", device="phone", terminal_id="shop-9")
    neighbour = payment("n1", 30, customer_id="neighbour", device="other")
    scoring.judge([Order.of("local", [*own, stranger, neighbour])])
    scoring.judge([Order.of("somebody", [payment("x1", 40, customer_id="foreign")])])
    case = opened(raised("v5").alert_id)
    assert (case.payments, case.flagged) == (6, 1)
    assert case.connected == 4, "victim, shop-1, phone and stranger; an approved neighbour and another owner's are not"
    with AssetStore.default().open(case.assets[1].uri) as file:
        rows = list(csv.DictReader(io.StringIO(file.read().decode())))
    assert [row["transaction_id"] for row in rows if row["in_alert"] == "True"] == ["v5"]


def test_nothing_that_came_with_the_data_is_markup(prefect_api: str) -> None:
    hostile = "<img src=x onerror=alert(1)> | [a](javascript:b) `c` *d*"
    alert = raised("t1", subject=f"customer {hostile}", title=hostile, evidence={"reasons": [hostile]})
    AlertStore.default().change(alert.alert_id, by="ann", remark=f"{hostile}\n# a heading")
    page = page_of(prefect_api, opened(alert.alert_id))
    assert not any(mark in page for mark in ("<img", "[a](", "`c`", "*d*", "\n# a heading"))


def test_rings_and_traffic_have_pages_too(prefect_api: str) -> None:
    edges = [["a", "b", 4.0], ["b", "c", 4.1], ["c", "a", 3.9]]
    ring = opened(raised("r1", kind="trading", subject="ring a, b, c", evidence={"edges": edges}).alert_id)
    assert (ring.connected, ring.payments, len(ring.assets)) == (3, 0, 1)
    scan = opened(raised("f1", kind="network", subject="host 203.0.113.7").alert_id)
    assert "a new device" in page_of(prefect_api, scan)


@pytest.mark.usefixtures("prefect_api")
def test_only_an_owners_alert_is_opened() -> None:
    alert = raised("t1")

    with tags("owner:somebody"), pytest.raises(NoSuchAlert):
        opened(alert.alert_id)
    with pytest.raises(NoSuchAlert):
        opened("0" * 32)


@pytest.mark.parametrize("count", [1, 10_000])
def test_pictures_of_few_and_of_many_payments_are_drawn(count: int, tmp_path: Path) -> None:
    alert = raised("p0", title="甲" * 80, subject="customer " + "$x_1$" * 10)
    case = CaseFile(alert, ["p0"], [])
    case.payments = [
        CasePayment(f"p{n}", NOON + timedelta(minutes=n), "victim", f"s{n % 90}", 100 + n, "JPY", flagged=n % 40 == 0)
        for n in range(count)
    ]
    case.links = [(f"customer c{n}", f"terminal t{n % 7}", 1.0 + n % 3) for n in range(60)]
    (tmp_path / "case.png").write_bytes(case_picture(case))
    with Image.open(tmp_path / "case.png") as drawn:
        assert drawn.size == (1600, 900)


def test_a_ring_is_drawn_whole_and_of_a_crowd_the_most_connected() -> None:
    ring = [(f"account a{n}", f"account a{(n + 1) % 60}", 5.0) for n in range(60)]
    crowd = [(f"customer c{n}", f"terminal t{n % 3}", 1.0) for n in range(300)]
    for links, nodes, hubs in ((ring, 60, 0), (crowd, 80, 3), (ring[:1], 2, 0)):
        figure = new_figure("a", "b")
        draw_links(figure, links)
        drawn = [spot for cloud in figure.axes[0].collections for spot in np.asarray(cloud.get_offsets()).tolist()]
        assert len({tuple(spot) for spot in drawn}) == nodes, "no node lies on another"
        assert len([text for text in figure.axes[0].texts if text.get_text().startswith("t")]) == hubs
