"""Rules and lists over many payments at once: the same hits as one payment at a time, column by column."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from models.fraud.rules.book import RuleBook
from models.fraud.rules.condition import All, Any, Comparison, Condition
from models.fraud.rules.lists import Lists
from models.fraud.rules.rule import RuleHit

Columns = Mapping[str, NDArray[np.generic]]
"""What is known about payments, a column a field: float64 with NaN, or texts with "" where it is not known."""

APPROVE, REVIEW, BLOCK = range(3)
NUMERIC: Final[Mapping[str, np.ufunc]] = {
    "<": np.less,
    "<=": np.less_equal,
    "=": np.equal,
    "!=": np.not_equal,
    ">=": np.greater_equal,
    ">": np.greater,
}
CODES: Final = {"approve": APPROVE, "review": REVIEW, "block": BLOCK}


class Matches:
    """Which payments each rule and list entry hits."""

    def __init__(self, count: int, hits: list[tuple[RuleHit, NDArray[np.intp]]]) -> None:
        self.count = count
        self._hits = hits

    @classmethod
    def of(cls, columns: Columns, count: int, book: RuleBook, lists: Lists, at: datetime) -> Self:
        """Rules in their order, then lists; judged at a moment, for entries expire."""
        hits: list[tuple[RuleHit, NDArray[np.intp]]] = []
        for rule in book.rules:
            rows = np.flatnonzero(_mask(rule.when, columns, count)) if rule.enabled else np.empty(0, np.intp)
            if len(rows):
                hits.append((rule.said, rows))
        for field in lists.fields:
            if field in columns:
                hits += _by_value(columns[field], partial(lists.hit, field, at=at))
        return cls(count, hits)

    def of_rows(self, rows: NDArray[np.intp]) -> list[tuple[RuleHit, ...]]:
        """The hits of some payments."""
        found: list[list[RuleHit]] = [[] for _ in rows]
        place = np.full(self.count, -1)
        place[rows] = np.arange(len(rows))
        for hit, where in self._hits:
            for one in place[where][place[where] >= 0].tolist():
                found[one].append(hit)
        return [tuple(hits) for hits in found]

    def decide(self, by_score: NDArray[np.int8]) -> NDArray[np.int8]:
        """Decisions (0 approve, 1 review, 2 block) by score and hits together, as `verdict.decide` makes one."""
        asked = np.zeros((3, self.count), bool)
        for hit, rows in self._hits:
            asked[CODES[hit.outcome], rows] = True
        decided = np.where(asked[REVIEW], np.maximum(by_score, REVIEW), by_score)
        decided = np.where(asked[APPROVE], np.where(by_score == BLOCK, REVIEW, APPROVE), decided)
        return np.where(asked[BLOCK], BLOCK, decided).astype(np.int8)


def _mask(condition: Condition, columns: Columns, count: int) -> NDArray[np.bool_]:
    joined: NDArray[np.bool_]
    if isinstance(condition, All):
        joined = np.all([_mask(one, columns, count) for one in condition.all], axis=0)
        return joined
    if isinstance(condition, Any):
        joined = np.any([_mask(one, columns, count) for one in condition.any], axis=0)
        return joined
    column = columns.get(condition.field)
    if column is None:
        return np.zeros(count, bool)
    return _compared(condition, column)


def _compared(comparison: Comparison, column: NDArray[np.generic]) -> NDArray[np.bool_]:
    if column.dtype.kind == "f":
        with np.errstate(invalid="ignore"):
            held: NDArray[np.bool_] = NUMERIC[comparison.op](column, comparison.value)
        return held & ~np.isnan(column.astype(np.float64))
    values, place = np.unique(column.astype("U"), return_inverse=True)
    known: NDArray[np.bool_] = np.array([comparison.holds({comparison.field: one}) for one in values.tolist()], bool)
    return known[place]


def _by_value(
    column: NDArray[np.generic], hit_of: Callable[[str], RuleHit | None]
) -> list[tuple[RuleHit, NDArray[np.intp]]]:
    values, place = np.unique(column.astype("U"), return_inverse=True)
    hits = {number: hit for number, value in enumerate(values.tolist()) if value and (hit := hit_of(value))}
    return [(hit, np.flatnonzero(place == number)) for number, hit in hits.items()]
