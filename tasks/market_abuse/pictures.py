"""Which pictures an analysis has."""

from tasks.market_abuse.account_picture import account_picture
from tasks.market_abuse.assessment import Assessment
from tasks.market_abuse.book_picture import book_picture
from tasks.market_abuse.pump_picture import AROUND, pump_picture
from tasks.market_abuse.ring_picture import ring_picture
from tasks.market_abuse.trading import Trading


def pictures_of(trading: Trading, assessment: Assessment) -> dict[str, bytes]:
    """PNGs by name: one for each way of cheating that was found."""
    found = {finding.kind for finding in assessment.findings}
    pictures = {}
    if trading.trades is not None and found & {"wash_ring", "self_trade", "netted_set"}:
        pictures["wash-ring"] = ring_picture(trading, assessment)
    if found & AROUND.keys():
        pictures["pump"] = pump_picture(trading, assessment)
    if found & {"spoofing", "layering"}:
        pictures["order-book"] = book_picture(trading, assessment)
    if assessment.account_scores is not None:
        pictures["accounts"] = account_picture(trading, assessment)
    return pictures
