"""The verdicts on a body of traffic as columns, with the findings behind them and who judged."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from models.network_security.reason import Reason
from models.network_security.rules.finding import Finding
from tasks.network_security.traffic import Traffic
from tasks.network_security.verdict import DECISIONS, Decision, JudgedBy, Threshold, Verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EARLIEST, LATEST = 0.0, 253402300799.0


class Assessment:
    """A plain class, for Prefect searches every value inside a dataclass that is passed to a task for futures."""

    def __init__(
        self,
        *,
        score: "NDArray[np.float64]",
        attack_class: "NDArray[np.object_]",
        novelty: "NDArray[np.float64]",
        decision: "NDArray[np.object_]",
        reasons: dict[int, tuple[Reason, ...]],
        findings: list[Finding],
        hits: list[list[int]],
        judged_by: list[JudgedBy],
        threshold: Threshold,
        model: str,
        model_version: str,
        weights_sha256: str | None,
        warnings: list[str],
    ) -> None:
        self.score = score
        self.attack_class = attack_class
        self.novelty = novelty
        self.decision = decision
        self.reasons = reasons
        self.findings = findings
        self.hits = hits
        self.judged_by = judged_by
        self.threshold = threshold
        self.model = model
        self.model_version = model_version
        self.weights_sha256 = weights_sha256
        self.warnings = warnings

    def counts(self) -> dict[Decision, int]:
        """Records by decision."""
        return {name: int((self.decision == name).sum()) for name in DECISIONS}

    def classes(self) -> dict[str, int]:
        """Records by class, most first."""
        listed = self.attack_class.tolist()
        return dict(sorted(((name, listed.count(name)) for name in set(listed)), key=lambda item: (-item[1], item[0])))

    def ranked(self) -> "NDArray[np.intp]":
        """Rows by score, highest first; of equal scores the newest, then the first."""
        import numpy as np  # noqa: PLC0415 - numpy where it is used

        return np.lexsort((np.arange(len(self.score)), -self.novelty, -self.score))

    def verdict(self, traffic: Traffic, row: int) -> Verdict:
        """The verdict on one record."""
        rules = tuple(dict.fromkeys(self.findings[place].rule for place in self.hits[row])) if self.hits else ()
        time, src, dst = endpoints(traffic, row)
        return Verdict(
            record=row + 1,
            time=time,
            src=src,
            dst=dst,
            score=round(float(self.score[row]), 6),
            attack_class=str(self.attack_class[row]),
            novelty=round(float(self.novelty[row]), 6),
            decision=self.decision[row],
            reasons=self.reasons.get(row, ()),
            rules_hit=rules,
        )


def endpoints(traffic: Traffic, row: int) -> tuple[datetime | None, str | None, str | None]:
    """When a record began, who began it and to whom, as far as that is known."""
    flows = traffic.flows
    if flows is None:
        return None, None, None
    return (
        moment(float(flows.time[row])),
        _endpoint(str(flows.src[row]), int(flows.src_port[row]), str(flows.protocol[row])),
        _endpoint(str(flows.dst[row]), int(flows.dst_port[row]), str(flows.protocol[row])),
    )


def moment(seconds: float) -> datetime | None:
    """A time in UTC; None where it is unknown or not of this era."""
    return datetime.fromtimestamp(seconds, UTC) if EARLIEST <= seconds <= LATEST else None


def _endpoint(address: str, port: int, protocol: str) -> str | None:
    if not address:
        return f"port {port}" if port >= 0 else None
    if port < 0 or protocol == "icmp":
        return address
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
