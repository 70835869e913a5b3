"""The detector that judges: the registry's champion, looked up every so often, else the shipped one."""

import asyncio
import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from blocks.block_error import BlockError
from blocks.settings import get_settings
from tasks.champion import champion, files_of
from tasks.fraud.detector import MODEL, shipped_detector
from tasks.fraud.live import Model

if TYPE_CHECKING:
    from models.fraud.detector import FraudDetector

logger = logging.getLogger("scorer")

LOOK_EVERY = 15.0


class ModelInUse:
    """One model at a time; a new champion replaces it between two micro-batches."""

    def __init__(self) -> None:
        """Load the champion, or the shipped model; with the registry away, the one that was in use last.

        Raises `BlockError` when the registry is away and none was in use before.
        """
        self._note = get_settings().home / "models" / MODEL / "in-use.json"
        self.model = Model(_warm(shipped_detector()), None)
        try:
            self.look()
        except BlockError as error:
            if not self._note.exists():
                raise
            noted = json.loads(self._note.read_text())
            self.model = _model(noted["registry_version"], noted["folder"])
            logger.warning("the registry is away, the model stays %s: %s", self.version, error)

    @property
    def version(self) -> str:
        """Version on the model's card."""
        return self.model.detector.card.version

    def look(self) -> None:
        """Take up the champion of now, and note it for a start without the registry. Raises `BlockError`."""
        version = champion(MODEL)
        number = version.version if version else None
        folder = str(files_of(version)) if version else None
        if number != self.model.registry_version:
            self.model = _model(number, folder)
            logger.info("the model in use is %s", self.version)
        self._note.parent.mkdir(parents=True, exist_ok=True)
        noted = json.dumps({"registry_version": number, "folder": folder})
        if not self._note.exists() or self._note.read_text() != noted:
            self._note.write_text(noted)

    async def keep(self) -> None:
        """Look until cancelled; a registry that is away leaves the model as it is."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await asyncio.to_thread(self.look)
            except Exception as error:  # noqa: BLE001 - a champion that can't be loaded must not stop the scorer
                logger.warning("the registry's champion can't be taken up: %s", error)


def _model(registry_version: int | None, folder: str | None) -> Model:
    from models.fraud.detector import load_detector  # noqa: PLC0415 - numpy where it is used

    detector = load_detector(Path(folder)) if folder else shipped_detector()
    return Model(_warm(detector), registry_version)


def _warm(detector: "FraudDetector") -> "FraudDetector":
    """Score and explain one row of each kind, so that the first payment does not wait for what is made once."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.fraud.features import FEATURES, FeatureTable  # noqa: PLC0415

    for history in detector.card.variants:
        table = FeatureTable(FEATURES, np.full((1, len(FEATURES)), np.nan), history)
        detector.score(table)
        detector.contributions(table)
    return detector
