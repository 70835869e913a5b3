"""The one thread that judges: it takes whatever waits, as one micro-batch, and answers when that is committed."""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from blocks.block_error import BlockError
from blocks.payment_store import PaymentStore, PaymentStoreAway, PaymentStoreTaken, Writer
from deployments.scorer.batch import Order, Outcome
from deployments.scorer.history import History, Loaded
from deployments.scorer.jobs import Job, Jobs
from deployments.scorer.problem import ScoringProblem
from deployments.scorer.scoring import Scoring

logger = logging.getLogger("scorer")

PAUSE = 1.0
LABELS_EVERY = 2.0
REOPEN_AFTER = 0.5


class Consumer(threading.Thread):
    """Judges orders one micro-batch after the other; opens the store anew when it was away."""

    def __init__(self, store: PaymentStore, scoring: Callable[[Writer], Scoring], gate: threading.Lock) -> None:
        """`gate` is held while a micro-batch is judged and committed."""
        super().__init__(name="scorer", daemon=True)
        self._store = store
        self._new_scoring = scoring
        self._gate = gate
        self.jobs = Jobs()
        self._scoring: Scoring | None = None
        self._trouble: ScoringProblem | None = None
        self._reopen_at = 0.0
        self._labels_at = 0.0
        self.has_tried = threading.Event()
        """Set once it has tried to open the store."""

    @property
    def is_ready(self) -> bool:
        """Whether it holds the store."""
        return self._scoring is not None

    @property
    def trouble(self) -> ScoringProblem:
        """Why it does not."""
        return self._trouble or _away("the scorer has not opened its store yet")

    def stop(self) -> None:
        """Judge what waits, then end."""
        self.jobs.close()
        self.join()

    def run(self) -> None:
        """Until stopped."""
        while not self.jobs.is_closed:
            try:
                self._ensure_open()
                self.has_tried.set()
                if jobs := self.jobs.take(PAUSE if self._scoring else REOPEN_AFTER):
                    self._answer(jobs)
                if self._scoring and time.monotonic() >= self._labels_at:
                    self._take_labels(self._scoring)
            except Exception:  # requests must not wait for a thread that has ended
                logger.exception("the scorer goes on after an error")
                time.sleep(REOPEN_AFTER)
        if self._scoring:
            self._scoring.writer.close()

    def _answer(self, jobs: Sequence[Job]) -> None:
        if self._scoring is None:
            for job in jobs:
                job.tell(self.trouble)
            return
        outcomes: list[Outcome | Loaded]
        try:
            with self._gate:
                outcomes = self._outcomes(self._scoring, jobs)
        except PaymentStoreAway as error:
            self._lost(error)
            outcomes = [_away(str(error))] * len(jobs)
        except ScoringProblem as problem:
            outcomes = [problem] * len(jobs)
        except Exception:
            logger.exception("a micro-batch of %d requests failed", len(jobs))
            if len(jobs) > 1:  # one of them may be what the others must not suffer for
                for job in jobs:
                    self._answer([job])
                return
            outcomes = [ScoringProblem(500, "scorer-failed", "The scorer failed on this request; its log says how.")]
        for job, outcome in zip(jobs, outcomes, strict=True):
            job.tell(outcome)

    def _outcomes(self, scoring: Scoring, jobs: Sequence[Job]) -> list[Outcome | Loaded]:
        """Judge the orders together, then store the histories one by one."""
        orders = [job.work for job in jobs if isinstance(job.work, Order)]
        judged = iter(scoring.judge(orders) if orders else [])
        return [scoring.load(job.work) if isinstance(job.work, History) else next(judged) for job in jobs]

    def _take_labels(self, scoring: Scoring) -> None:
        self._labels_at = time.monotonic() + LABELS_EVERY
        try:
            with self._gate:
                if taken := scoring.take_labels():
                    logger.info("took up %d labels", taken)
        except PaymentStoreAway as error:
            self._lost(error)

    def _ensure_open(self) -> None:
        if self._scoring is not None or time.monotonic() < self._reopen_at:
            return
        self._reopen_at = time.monotonic() + REOPEN_AFTER
        try:
            writer = Writer(self._store)
            with self._gate:
                self._scoring = self._new_scoring(writer)
            self._trouble = None
            logger.info("the payment store is open")
        except PaymentStoreTaken as error:
            self._trouble = ScoringProblem(503, "scorer-standby", str(error), retry_after=2)
        except BlockError as error:
            self._trouble = _away(str(error))

    def _lost(self, error: BlockError) -> None:
        logger.error("%s", error)
        self._trouble = _away(str(error))
        if self._scoring:
            self._scoring.writer.close()
        self._scoring = None


def _away(reason: str) -> ScoringProblem:
    return ScoringProblem(
        503, "scorer-store-away", f"{reason}. Nothing was counted; repeat the request.", retry_after=1
    )
