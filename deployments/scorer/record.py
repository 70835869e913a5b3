"""What the audit keeps of a verdict, and what rules and lists may ask about a payment."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from deployments.scorer.incoming import Incoming
from models.fraud.rules import Facts, RuleHit, decide
from tasks.fraud.audit import FORMAT, canonical
from tasks.fraud.identifier import normalised
from tasks.fraud.live import Judgement, Model


def facts_of(one: Incoming, judgement: Judgement) -> Facts:
    """Features, and what the payment says."""
    return {
        **judgement.features,
        "currency": one.row.currency,
        "country": one.row.country,
        "channel": normalised(one.transaction.channel or ""),
        "device": one.row.device,
        "ip": normalised(one.transaction.ip or ""),
        "customer_id": one.row.customer_id,
        "merchant_or_terminal_id": one.row.terminal_id,
    }


def record_of(
    sequence: int, one: Incoming, run_id: str, model: Model, judgement: Judgement, hits: Sequence[RuleHit]
) -> str:
    """A verdict in the audit's one spelling: all that a replay needs, and all that the answer says."""
    said: dict[str, Any] = {
        "format": FORMAT,
        "sequence": sequence,
        "owner": one.owner,
        "transaction_id": one.row.transaction_id,
        "contents_sha256": one.contents_sha256,
        "payment": json.loads(one.row.given),
        "given_at": datetime.now(UTC).isoformat(),
        "run_id": run_id,
        "model": model.audited,
        "history": judgement.history,
        "features": judgement.features,
        "features_as_of": one.transaction.contents[1].isoformat(),
        "score": judgement.score,
        "model_decision": judgement.decision,
        "rules": [hit.model_dump() for hit in hits],
        "decision": decide(judgement.decision, hits),
        "reasons": [reason.model_dump() for reason in judgement.reasons],
    }
    return canonical(said)
