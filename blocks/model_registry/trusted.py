"""scikit-learn models as skops files, read with a fixed list of types and never with what a file itself asks for."""

from pathlib import Path
from typing import Any

# What skops does not trust by itself and our models need. Everything else in a file makes it unreadable.
TRUSTED: tuple[str, ...] = (
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.tree._tree.Tree",
)


def untrusted_types(file: Path) -> list[str]:
    """Types in a skops file that are neither trusted by skops nor on the list."""
    from skops.io import get_untrusted_types  # noqa: PLC0415 - scikit-learn where it is used

    return sorted(set(get_untrusted_types(file=file)) - set(TRUSTED))


def load_skops(file: Path) -> Any:
    """The scikit-learn object in a skops file. Raises what skops raises where it holds other types."""
    from skops.io import get_untrusted_types, load  # noqa: PLC0415 - scikit-learn where it is used

    present = set(get_untrusted_types(file=file))
    return load(file, trusted=sorted(present & set(TRUSTED)))
