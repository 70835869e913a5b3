"""What waits to be judged or stored: put in by the thread that answers, taken by the one that judges."""

import asyncio
import queue
from dataclasses import dataclass
from typing import Final, overload

from deployments.scorer.batch import Order, Outcome
from deployments.scorer.history import History, Loaded
from deployments.scorer.problem import ScoringProblem

MOST_AT_ONCE: Final = 500
MOST_WAITING: Final = 5000


@dataclass(frozen=True)
class Job:
    """Work, and who waits for its outcome."""

    work: Order | History
    loop: asyncio.AbstractEventLoop
    answer: "asyncio.Future[Outcome | Loaded]"

    def tell(self, outcome: Outcome | Loaded) -> None:
        """Hand the outcome to who waits, if they still do."""
        self.loop.call_soon_threadsafe(self._set, outcome)

    def _set(self, outcome: Outcome | Loaded) -> None:
        if not self.answer.done():
            self.answer.set_result(outcome)


class Jobs:
    """Jobs in the order in which they came, until it is closed."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._waiting = 0
        self.is_closed = False
        """Whether the last job that there will be has been taken."""

    @overload
    async def outcome(self, work: Order) -> Outcome: ...

    @overload
    async def outcome(self, work: History) -> Loaded | ScoringProblem: ...

    async def outcome(self, work: Order | History) -> Outcome | Loaded:
        """What became of the work; a problem at once where too much waits already."""
        if self._waiting + len(work) > MOST_WAITING:
            return ScoringProblem(503, "scorer-busy", "More payments wait than a few seconds can judge.", retry_after=1)
        loop = asyncio.get_running_loop()
        job = Job(work, loop, loop.create_future())
        self._waiting += len(work)
        self._queue.put(job)
        try:
            return await asyncio.shield(job.answer)
        finally:
            self._waiting -= len(work)

    def close(self) -> None:
        """Nothing comes after what waits."""
        self._queue.put(None)

    def take(self, pause: float) -> list[Job]:
        """What waits, up to `MOST_AT_ONCE` payments; nothing after a pause (seconds) without any."""
        jobs: list[Job] = []
        rows = 0
        try:
            job = self._queue.get(timeout=pause)
            while job is not None:
                jobs.append(job)
                rows += len(job.work)
                if rows >= MOST_AT_ONCE:
                    return jobs
                job = self._queue.get_nowait()
            self.is_closed = True
        except queue.Empty:
            pass
        return jobs
