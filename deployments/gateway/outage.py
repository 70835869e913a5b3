"""A run that ended because its source of data is away: the caller who waited is told to come back, as by HTTP's 503."""

import re
from typing import Final

from deployments.gateway.problems import Problem
from deployments.gateway.run import Accepted, Finished

AWAY: Final = re.compile(r"encountered an exception: (?:NetworkAway|ExchangeUnavailable): (?P<why>.*)", re.DOTALL)
RETRY_SECONDS: Final = "60"


def refuse_outage(answer: Accepted | Finished) -> Accepted | Finished:
    """The answer, unless its run failed for want of the exchange or the network.

    Raises:
        Problem: 503 with the reason, `Retry-After` and the run's links.
    """
    if not isinstance(answer, Finished) or answer.state != "Failed":
        return answer
    if not (away := AWAY.search(answer.message or "")):
        return answer
    raise Problem(
        503,
        away["why"],
        kind="market-away",
        headers={"Retry-After": RETRY_SECONDS, "Location": answer.links.self},
        extra={"run_id": str(answer.run_id)},
    )
