"""The decision on a payment by its score, the rules and the lists together."""

from collections.abc import Iterable

from models.fraud.decision import Decision
from models.fraud.rules.rule import RuleHit


def decide(by_score: Decision, hits: Iterable[RuleHit]) -> Decision:
    """The strictest of what the score and the rules ask for, unless a hit approves.

    A hit that asks to block always counts. One that approves (an allow list) lifts reviews; where the score alone would
    block, a person looks.
    """
    outcomes = {hit.outcome for hit in hits}
    if "block" in outcomes:
        return "block"
    if "approve" in outcomes:
        return "review" if by_score == "block" else "approve"
    if by_score == "block":
        return "block"
    return "review" if "review" in outcomes else by_score
