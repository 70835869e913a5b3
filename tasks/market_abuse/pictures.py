"""Which pictures an analysis has."""

from tasks.market_abuse.assessment import Assessment
from tasks.market_abuse.ring_picture import ring_picture
from tasks.market_abuse.trading import Trading


def pictures_of(trading: Trading, assessment: Assessment) -> dict[str, bytes]:
    """PNGs by name: one for each way of cheating that was found."""
    found = {finding.kind for finding in assessment.findings}
    pictures = {}
    if trading.trades is not None and found & {"wash_ring", "self_trade", "netted_set"}:
        pictures["wash-ring"] = ring_picture(trading, assessment)
    return pictures
