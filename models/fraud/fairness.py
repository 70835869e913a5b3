"""Whether a detector bothers some groups of people more than others, or protects them less."""

import numpy as np
from numpy.typing import NDArray

from models.fraud.training_record import GroupMeasure

MOST_GROUPS = 50


def by_group(
    group: NDArray[np.object_], scores: NDArray[np.float64], fraud: NDArray[np.bool_], review: float
) -> list[GroupMeasure]:
    """A measure for each group, by name; payments of no group ("") are left out.

    Raises ValueError above 50 groups: then the column is no group.
    """
    names = sorted({str(name) for name in group.tolist()} - {""})
    if len(names) > MOST_GROUPS:
        raise ValueError(f"the group column holds {len(names):,} values; at most {MOST_GROUPS} can be compared")
    flagged, found = scores >= review, []
    for name in names:
        rows = group == name
        found.append(
            GroupMeasure(
                group=name,
                transactions=int(rows.sum()),
                frauds=int((rows & fraud).sum()),
                recall=_share(flagged[rows & fraud]),
                false_alarms=_share(flagged[rows & ~fraud]),
            )
        )
    return found


def _share(flagged: NDArray[np.bool_]) -> float | None:
    return float(flagged.mean()) if len(flagged) else None
