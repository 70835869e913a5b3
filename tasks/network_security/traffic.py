"""Network traffic as it was read: its features, its flows where it has any, its labels where it has any."""

from typing import TYPE_CHECKING

from tasks.network_security.network_file import Format

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.network_security.feature_table import FeatureTable
    from models.network_security.flows import Flows


class Traffic:
    """A plain class, for Prefect searches every value inside a dataclass that is passed to a task for futures.

    `attack`: the name of each record's attack, or normal; None where the file has no labels. `flows`: None for NSL-KDD,
    whose records tell neither hosts nor times.
    """

    def __init__(
        self,
        format_: Format,
        table: "FeatureTable",
        flows: "Flows | None" = None,
        attack: "NDArray[np.object_] | None" = None,
        warnings: list[str] | None = None,
    ) -> None:
        self.format = format_
        self.table = table
        self.flows = flows
        self.attack = attack
        self.warnings = warnings or []
        self.source = "request"
        self.sha256 = ""

    def __len__(self) -> int:
        return len(self.table)

    @property
    def in_context(self) -> bool:
        """Whether hosts and times are known, so that rules can be applied."""
        return self.flows is not None and self.flows.in_context
