"""NSL-KDD and KDD Cup 1999: 41 features, then the label and, in NSL-KDD, its difficulty."""

from typing import TYPE_CHECKING

from models.network_security.attack_class import NORMAL
from models.network_security.feature_space import NSL_KDD
from tasks.network_security.columns import Columns
from tasks.network_security.traffic import Traffic

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# The order of the files, which have no header: the categories stand among the numbers.
FEATURES = ("duration", *NSL_KDD.categorical, *NSL_KDD.numeric[1:])
LABELS = ("label", "attack", "class", "attack_type")
HEADERLESS = {
    41: FEATURES,
    42: (*FEATURES, "label"),
    43: (*FEATURES, "label", "difficulty"),
}
"""Columns of the files by their count."""


def read_nsl_kdd(columns: Columns) -> Traffic:
    """The records of NSL-KDD's columns; a label column is kept as the records' attack. Raises NetworkFileError."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.network_security.feature_table import FeatureTable  # noqa: PLC0415

    columns.need("NSL-KDD", FEATURES)
    numbers = np.column_stack([columns.numbers(name) for name in NSL_KDD.numeric])
    texts = [columns.texts(name, lower=name not in {"service", "flag"}) for name in NSL_KDD.categorical]
    categories = np.column_stack(texts).astype(object).reshape(len(columns), len(texts))
    label = columns.first(*LABELS)
    attack = _attacks(columns, label) if label else None
    return Traffic("nsl-kdd", FeatureTable(NSL_KDD, numbers, categories), None, attack, columns.warnings)


def _attacks(columns: Columns, label: str) -> "NDArray[np.object_]":
    """Names of attacks; KDD Cup 1999 ends them with a full stop."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    texts = columns.texts(label, missing=NORMAL)
    return np.array([text.rstrip(".") for text in texts.tolist()], dtype=object)
