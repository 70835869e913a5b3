"""Which detector judges: the registry's champion where one was promoted, else the shipped one."""

from typing import TYPE_CHECKING, Final, Literal

from blocks.model_registry import ModelVersion
from tasks.champion import champion_of_run, files_of

if TYPE_CHECKING:
    from models.fraud.detector import FraudDetector

MODEL: Final = "fraud-detector"
Origin = Literal["champion", "shipped"]


def detector_of_run() -> tuple["FraudDetector", Origin]:
    """The detector in use now, kept for this run: a run that is repeated after a promotion judges as it did before.

    Raises `BlockError`, `WeightsMismatchError`.
    """
    version = champion_of_run(MODEL)
    return (shipped_detector(), "shipped") if version is None else (registered_detector(version), "champion")


def shipped_detector() -> "FraudDetector":
    """The detector that comes with the code; its weights are read once a process."""
    from models.fraud.detector import load_detector  # noqa: PLC0415 - numpy where it is used

    return load_detector()


def registered_detector(version: ModelVersion) -> "FraudDetector":
    """A version of the registry, kept under <DATA_DIR>/models; its weights are read once a process."""
    from models.fraud.detector import load_detector  # noqa: PLC0415 - numpy where it is used

    return load_detector(files_of(version))
