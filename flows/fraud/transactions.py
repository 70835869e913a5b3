"""Verdicts with reasons on card transactions."""

from typing import Annotated, Literal, Self

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field, model_validator

from blocks.asset_store import Asset
from blocks.source import SourceUri
from blocks.warehouse import Rows
from flows.form import in_declared_order
from models.fraud.decision import Decision
from tasks.fraud.alerts import raise_alerts
from tasks.fraud.load import load_payments
from tasks.fraud.provenance import provenance_of
from tasks.fraud.publish import publish_artifacts, publish_files, publish_rows
from tasks.fraud.score import score_transactions
from tasks.fraud.score_file import publish_scores
from tasks.fraud.second_opinion import SecondOpinions, opinions_on, with_opinions
from tasks.fraud.transaction import Transaction, refuse_conflicts
from tasks.fraud.verdict import Verdict
from tasks.provenance import Provenance
from tasks.run import run_id

MAX_ROWS = 500
SHOWN_ROWS = 50


# `min_length` would count the payments that are right, and say of a single wrong one that none was given as well.
Payments = Annotated[tuple[Transaction, ...], Field(max_length=MAX_ROWS, json_schema_extra={"minItems": 1})]


class TransactionAnalysisRequest(BaseModel):
    """Payments to judge: exactly one of `transaction`, `transactions` and `transactions_uri`."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    transaction: Transaction | None = Field(None, description="A single payment.")
    transactions: Payments | None = Field(
        None, description="1 to 500 payments, in any order; each is judged on those before it."
    )
    transactions_uri: SourceUri | None = Field(
        None,
        description="CSV or parquet of up to 2,000,000 payments with transaction_id, time, amount, customer_id and, if "
        "known, merchant_or_terminal_id and currency; or the Fraud Detection Handbook's columns.",
        examples=["asset://uploads/3f2a/transactions.parquet"],
    )
    history_uri: SourceUri | None = Field(
        None,
        description="CSV or parquet of earlier payments, the same columns; with is_fraud (or TX_FRAUD) the "
        "detector also knows the frauds at a terminal. Without it only the payments themselves are known.",
        examples=["asset://uploads/3f2a/history.parquet"],
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [
            name for name in ("transaction", "transactions", "transactions_uri") if getattr(self, name) is not None
        ]
        if len(given) != 1:
            raise ValueError(
                "give exactly one of transaction, transactions and transactions_uri; "
                + (f"given are {' and '.join(given)}" if given else "none is given")
            )
        if self.transactions == ():
            raise ValueError("transactions is empty: give at least 1 payment")
        refuse_conflicts(self.rows)
        return self

    @property
    def rows(self) -> tuple[Transaction, ...]:
        """The payments that came with the request; empty when they are in a file."""
        return (self.transaction,) if self.transaction else self.transactions or ()


class TransactionAnalysis(BaseModel):
    """Verdicts on payments, and how they came about."""

    model_config = ConfigDict(frozen=True)

    run_id: str = Field(description="The flow run.")
    request: TransactionAnalysisRequest | None = Field(
        description="What was asked; null above 50 payments in the body: `provenance.request_sha256` identifies it."
    )
    transactions: int = Field(description="How many payments were judged, repeats counted once.")
    verdicts: list[Verdict] = Field(
        description="In the order of the request; of more than 500 payments the 500 highest scores; "
        "all are in the asset. Above 20,000 payments, verdicts with reasons, rows and the CSV are of those that are "
        "not approved (at least 500 highest scores); scores and decisions of all are in scores.parquet."
    )
    counts: dict[Decision, int] = Field(description="Payments by decision.")
    history: Literal["labelled", "unlabelled", "none"] = Field(
        description="What was known from before: earlier payments with labels, without, or these payments alone."
    )
    detector: Literal["champion", "shipped"] = Field(
        description="The registry's champion, or the model that comes with the code."
    )
    second_opinions: SecondOpinions = Field(
        description="What random forest and isolation forest see that the verdicts did not; it raises alerts, and "
        "changes no verdict. Of a large file they look at the 20,000 highest scores."
    )
    alerts: list[str] = Field(
        [], description="Alerts that payments to review or block raised or added to; /api/v1/fraud/alerts has them."
    )
    assets: list[Asset]
    rows: list[Rows]
    provenance: Provenance
    warnings: list[str]


@flow(
    name="analyze-transactions",
    description="Judge payments: probability of fraud, approve, review or block, and the reasons.",
    persist_result=True,
    result_serializer="json",
)
def analyze_transactions(request: TransactionAnalysisRequest) -> TransactionAnalysis:
    """Verdicts with reasons for payments given as rows or as a file.

    Raises `TransactionFileError` for a file that can't be right, `BlockError` when a uri can't be read or a store is
    away.
    """
    payments = load_payments(request.rows, request.transactions_uri, request.history_uri)
    assessment = score_transactions(payments)
    opinions = opinions_on(assessment)
    shown = assessment.shown(payments)
    assets = [*publish_files(shown, assessment), *publish_scores(assessment)]
    rows = publish_rows(shown, assessment)
    alerts = raise_alerts(shown, with_opinions(assessment, opinions))
    warnings = [*payments.warnings, *assessment.warnings, *opinions.warnings]
    publish_artifacts(shown, assessment, assets, warnings)
    return TransactionAnalysis(
        run_id=run_id(),
        request=request if len(request.rows) <= SHOWN_ROWS else None,
        transactions=len(payments.batch),
        verdicts=assessment.highest(MAX_ROWS),
        counts=assessment.counts,
        history=assessment.history,
        detector=assessment.detector,
        second_opinions=opinions,
        alerts=alerts,
        assets=assets,
        rows=[rows],
        provenance=provenance_of(request, payments, assessment),
        warnings=warnings,
    )
