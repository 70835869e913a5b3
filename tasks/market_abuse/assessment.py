"""What the detectors found."""

from typing import TYPE_CHECKING

from models.market_abuse.finding import Finding, Kind
from tasks.market_abuse.judged_by import JudgedBy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.market_abuse.spoofing.episodes import Episode
    from models.market_abuse.spoofing.orders import Orders


class Assessment:
    """A plain class, as `Trading` is. `members`: beside each finding the places of its trades or events."""

    def __init__(
        self,
        findings: list[Finding],
        members: "list[NDArray[np.intp]]",
        judged_by: list[JudgedBy],
        *,
        model: str = "market-abuse-rules",
        model_version: str = "1",
        weights_sha256: str | None = None,
        warnings: list[str] | None = None,
    ) -> None:
        self.findings, self.members = findings, members
        self.judged_by = judged_by
        self.model, self.model_version, self.weights_sha256 = model, model_version, weights_sha256
        self.warnings = warnings or []
        self.account_scores: NDArray[np.float64] | None = None
        """The probability of every account, where accounts were judged."""
        self.orders: Orders | None = None
        self.episodes: list[list[Episode]] = []
        """What became of the orders, and beside each finding its episodes, where a book was judged."""

    def counts(self) -> dict[Kind, int]:
        """Findings by kind, most first."""
        kinds = [finding.kind for finding in self.findings]
        return {kind: kinds.count(kind) for kind in sorted(set(kinds), key=lambda kind: (-kinds.count(kind), kind))}
