"""Which trained detector judges a format: the registry's champion, else the shipped one for NSL-KDD, else none."""

from typing import TYPE_CHECKING, Final, Literal

from blocks.model_registry import ModelRegistry, ModelVersion
from tasks.champion import champion_of_run, files_of
from tasks.network_security.network_file import Format

if TYPE_CHECKING:
    from models.network_security.detector import NetworkDetector

SHIPPED_FORMAT: Final[Format] = "nsl-kdd"
Origin = Literal["champion", "registered", "shipped", "none"]


def model_name(format_: Format) -> str:
    """Name in the registry: a format has models of its own, for no two measure the same things."""
    return f"network-detector-{format_}"


def detector_of_run(format_: Format, asked: str) -> tuple["NetworkDetector | None", Origin]:
    """The detector for a format, kept for this run: repeated after a promotion, it judges as it did before.

    `asked`: auto, shipped, none, or a version of the registry. Raises `BlockError`, `WeightsMismatchError`, ValueError.
    """
    if asked == "none":
        return None, "none"
    if asked.isdecimal():
        return registered_detector(ModelRegistry.default().resolve(model_name(format_), int(asked))), "registered"
    version = None if asked == "shipped" else champion_of_run(model_name(format_))
    if version is not None:
        return registered_detector(version), "champion"
    if format_ == SHIPPED_FORMAT:
        return shipped_detector(), "shipped"
    if asked == "shipped":
        raise ValueError(f"no model for {format_} records comes with the code; train one with train_network_detector")
    return None, "none"


def shipped_detector() -> "NetworkDetector":
    """The detector that comes with the code; its weights are read once a process."""
    from models.network_security.detector import load_detector  # noqa: PLC0415 - numpy where it is used

    return load_detector()


def registered_detector(version: ModelVersion) -> "NetworkDetector":
    """A version of the registry, kept under <DATA_DIR>/models; its weights are read once a process."""
    from models.network_security.detector import load_detector  # noqa: PLC0415 - numpy where it is used

    return load_detector(files_of(version))
