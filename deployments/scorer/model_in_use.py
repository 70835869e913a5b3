"""The detector that judges: the registry's champion, looked up every so often, else the shipped one."""

import asyncio
import logging

from tasks.champion import champion
from tasks.fraud.detector import MODEL, registered_detector, shipped_detector
from tasks.fraud.live import Model

logger = logging.getLogger("scorer")

LOOK_EVERY = 15.0


class ModelInUse:
    """One model at a time; a new champion replaces it between two micro-batches."""

    def __init__(self) -> None:
        """Load the champion, or the shipped model. Raises `BlockError` when the registry can't be read."""
        self.model = Model(shipped_detector(), None)
        self.look()

    def look(self) -> None:
        """Take up the champion of now. Raises `BlockError`."""
        version = champion(MODEL)
        number = version.version if version else None
        if number != self.model.registry_version:
            detector = registered_detector(version) if version else shipped_detector()
            self.model = Model(detector, number)
            logger.info("the model in use is %s", detector.card.version)

    async def keep(self) -> None:
        """Look until cancelled; a registry that is away leaves the model as it is."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await asyncio.to_thread(self.look)
            except Exception as error:  # noqa: BLE001 - a champion that can't be loaded must not stop the scorer
                logger.warning("the registry's champion can't be taken up: %s", error)
