"""Accounts on paper, kept in the warehouse: every state is a row, and the next one is taken by whoever comes first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal, Self

from blocks.warehouse import Warehouse


@dataclass(frozen=True)
class PaperAccount:
    """One state of an account: coins by symbol and cash in `quote`, after the fills of run `run_id`."""

    account: str
    version: int
    run_id: str
    recorded_at: datetime
    event: Literal["opened", "traded"]
    quote: str
    cash: Decimal
    amounts: Mapping[str, Decimal]
    fills: Sequence[Mapping[str, Any]] = ()

    def following(
        self, run_id: str, cash: Decimal, amounts: Mapping[str, Decimal], fills: Sequence[Mapping[str, Any]]
    ) -> "PaperAccount":
        """The state after a run's fills."""
        return PaperAccount(
            self.account, self.version + 1, run_id, datetime.now(UTC), "traded", self.quote, cash, amounts, fills
        )

    @classmethod
    def opened(cls, account: str, run_id: str, quote: str, cash: Decimal, amounts: Mapping[str, Decimal]) -> Self:
        """The first state of an account."""
        return cls(account, 1, run_id, datetime.now(UTC), "opened", quote, cash, amounts)


class PaperAccounts:
    """The accounts of a warehouse. All methods raise `WarehouseError` when it is away."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def latest(self, account: str) -> PaperAccount | None:
        """How an account stands; None when there is none of this name."""
        from sqlalchemy import select  # noqa: PLC0415 - SQLAlchemy where it is used

        from blocks.warehouse.tables import paper_accounts as table  # noqa: PLC0415

        query = select(table).where(table.c.account == account).order_by(table.c.version.desc()).limit(1)
        rows = self._warehouse.read(query)
        return _account(rows[0]) if rows else None

    def traded_by(self, account: str, run_id: str) -> PaperAccount | None:
        """The state that a run's fills left; None when the run has filled nothing yet."""
        from sqlalchemy import select  # noqa: PLC0415 - SQLAlchemy where it is used

        from blocks.warehouse.tables import paper_accounts as table  # noqa: PLC0415

        query = select(table).where(table.c.account == account, table.c.run_id == run_id, table.c.event == "traded")
        rows = self._warehouse.read(query)
        return _account(rows[0]) if rows else None

    def record(self, state: PaperAccount) -> bool:
        """Store the next state; False when another run took this version first: look at the account again."""
        from blocks.warehouse.tables import paper_accounts as table  # noqa: PLC0415 - SQLAlchemy where it is used

        self._warehouse.add(table, [_row(state)], run_id=state.run_id)
        stored = self._stored(state.account, state.version)
        return stored is not None and (stored.run_id, stored.event) == (state.run_id, state.event)

    def _stored(self, account: str, version: int) -> PaperAccount | None:
        from sqlalchemy import select  # noqa: PLC0415 - SQLAlchemy where it is used

        from blocks.warehouse.tables import paper_accounts as table  # noqa: PLC0415

        rows = self._warehouse.read(select(table).where(table.c.account == account, table.c.version == version))
        return _account(rows[0]) if rows else None


def _row(state: PaperAccount) -> dict[str, Any]:
    return {
        "account": state.account,
        "version": state.version,
        "run_id": state.run_id,
        "recorded_at": state.recorded_at,
        "event": state.event,
        "quote": state.quote,
        "cash": f"{state.cash:f}",
        "amounts": {symbol: f"{amount:f}" for symbol, amount in state.amounts.items()},
        "fills": list(state.fills),
    }


def _account(row: Mapping[str, Any]) -> PaperAccount:
    return PaperAccount(
        account=row["account"],
        version=row["version"],
        run_id=row["run_id"],
        recorded_at=row["recorded_at"],
        event=row["event"],
        quote=row["quote"],
        cash=Decimal(row["cash"]),
        amounts={symbol: Decimal(amount) for symbol, amount in row["amounts"].items()},
        fills=row["fills"],
    )
