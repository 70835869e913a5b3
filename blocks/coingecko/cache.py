"""Answers that are still good, kept across processes and restarts."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from blocks.coingecko.ledger import transaction


@dataclass(frozen=True)
class Cache:
    """Answers by question, until they expire."""

    file: Path

    def get(self, question: str) -> Any:
        """The answer, or None where there is none that is still good."""
        with transaction(self.file) as ledger:
            found = ledger.execute(
                "SELECT body FROM answers WHERE question = ? AND expires > ?", (question, time.time())
            ).fetchone()
        return orjson.loads(found[0]) if found else None

    def put(self, question: str, answer: Any, seconds: float) -> None:
        """Keep an answer for a while; those that have expired go."""
        now = time.time()
        with transaction(self.file) as ledger:
            ledger.execute("DELETE FROM answers WHERE expires <= ?", (now,))
            ledger.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (question, orjson.dumps(answer), now + seconds)
            )
