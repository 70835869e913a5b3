"""What the real-time scorer says about one payment."""

from pydantic import BaseModel, ConfigDict, Field

from tasks.fraud.transaction import Transaction
from tasks.fraud.verdict import Verdict

MOST = 500


class LiveVerdict(Verdict):
    """A verdict that was stored before it was answered."""

    latency_ms: float = Field(
        ge=0, description="Time from the scorer's taking the request to the stored verdict.", examples=[4.2]
    )
    run_id: str = Field(description="The flow run that the verdict belongs to: its rows, its table, its slower models.")
    repeated: bool = Field(
        False, description="Whether the payment was judged before: this is that verdict, and it was not counted again."
    )


class LiveVerdicts(BaseModel):
    """Verdicts in the order of the request."""

    model_config = ConfigDict(frozen=True)

    verdicts: list[LiveVerdict]


class ScoringRequest(BaseModel):
    """Payments that an owner wants judged, as the gateway hands them to the scorer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: str = Field(min_length=1, max_length=100)
    transactions: tuple[Transaction, ...] = Field(min_length=1, max_length=MOST)
