"""What a rebalancing leaves behind: files, rows, and artifacts on the run's page."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from prefect import task
from prefect.artifacts import create_image_artifact, create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from blocks.asset_store import Asset, AssetStore
from blocks.warehouse import Rows, Warehouse
from models.portfolio.orders import plain
from tasks.portfolio.approval import Decision
from tasks.portfolio.execution import Execution
from tasks.portfolio.history import HISTORY
from tasks.portfolio.proposal import PROPOSAL, Proposal
from tasks.run import asset_path, run_id

CHART: Final = "rebalancing.png"


@task(
    name="publish-proposal-files",
    description="The picture, the proposal, and the candles behind it, as assets of the run.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_proposal_files(proposal: Proposal) -> list[Asset]:
    """Picture first, then proposal and candles. Raises `AssetStoreError`."""
    store = AssetStore.default()
    if store.exists(asset_path(CHART)):  # the run was resumed: what is published stays
        chart = _stored(store, CHART)
    else:
        from tasks.portfolio.proposal_chart import proposal_chart  # noqa: PLC0415 - matplotlib when it is drawn

        chart = store.put(asset_path(CHART), proposal_chart(proposal), "image/png")
    return [chart, _stored(store, PROPOSAL), _stored(store, HISTORY)]


def _stored(store: AssetStore, name: str) -> Asset:
    return Asset(**store.stat(asset_path(name)).model_dump(include=set(Asset.model_fields)))


@task(
    name="publish-proposal-rows",
    description="The orders as rows of portfolio_orders.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_proposal_rows(proposal: Proposal) -> Rows:
    """One row an order. Raises `WarehouseError`."""
    from blocks.warehouse.tables import portfolio_orders  # noqa: PLC0415 - SQLAlchemy where it is used

    run = run_id()
    rows = [
        {
            "run_id": run,
            "number": order.number,
            "proposed_at": proposal.proposed_at,
            "exchange": proposal.exchange,
            "quote": proposal.quote,
            "symbol": order.symbol,
            "side": order.side,
            "amount": plain(order.amount),
            "price": plain(order.price),
            "limit_price": plain(order.limit),
            "cost": _money(order.cost),
            "fee": _money(order.fee),
            "strategy": proposal.strategy,
            "execute": proposal.execute,
        }
        for order in proposal.orders
    ]
    return Warehouse.default().publish(portfolio_orders, rows, run_id=run)


@task(
    name="publish-proposal-artifacts",
    description="Orders, summary and picture on the run's page.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def publish_proposal_artifacts(proposal: Proposal, assets: Sequence[Asset], warnings: Sequence[str]) -> None:
    """Artifacts proposed-orders (table), rebalancing-proposal (markdown) and rebalancing (image)."""
    told = f"{proposal.strategy}, {proposal.count}, prices: {proposal.price_source}."
    create_table_artifact(_orders(proposal), key="proposed-orders", description=told)
    create_markdown_artifact(_summary(proposal, assets, warnings), key="rebalancing-proposal", description=told)
    chart = next(asset for asset in assets if asset.name == CHART)
    create_image_artifact(chart.url, key="rebalancing", description=told)


@task(
    name="publish-outcome",
    description="What was decided, and what was traded, on the run's page.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def publish_outcome(proposal: Proposal, decision: Decision, execution: Execution | None) -> None:
    """Artifact rebalancing-outcome (markdown)."""
    note = f" Note: {_cell(decision.note)}" if decision.note else ""
    lines = [f"# {decision.outcome.capitalize()}", "", f"{decision.decided_at:%Y-%m-%d %H:%M} UTC.{note}", ""]
    if execution is None:
        lines.append(f"Nothing was traded: orders proposed: {len(proposal.orders)}, carried out: 0.")
    else:
        lines += [
            "| # | Order | What became of it | Amount | Price | Fee | |",
            "|---|---|---|---|---|---|---|",
            *(
                f"| {fill.number} | {fill.side} {fill.symbol} | {fill.status} | {plain(fill.filled)} | "
                f"{'' if fill.price is None else plain(fill.price)} | {plain(fill.fee)} | {_cell(fill.reason or '')} |"
                for fill in execution.fills
            ),
        ]
    if execution is not None and execution.cash is not None:
        held = ", ".join(f"{plain(amount)} {symbol}" for symbol, amount in (execution.amounts or {}).items())
        lines += [
            "",
            f"{execution.account} now holds {held or 'no coins'} and {plain(execution.cash)} {proposal.quote}.",
        ]
    create_markdown_artifact("\n".join(lines), key="rebalancing-outcome", description=f"Orders {decision.outcome}")


def _orders(proposal: Proposal) -> list[dict[str, Any]]:
    return [
        {
            "#": order.number,
            "order": f"{order.side} {order.symbol}",
            "amount": plain(order.amount),
            "price": plain(order.price),
            "limit": plain(order.limit),
            f"cost {proposal.quote}": _money(order.cost),
            f"fee {proposal.quote}": _money(order.fee),
        }
        for order in proposal.orders
    ]


def _money(amount: Decimal) -> str:
    """To a hundredth; what is less than one in full."""
    return f"{amount:,.2f}" if amount >= 1 else plain(amount)


def _summary(proposal: Proposal, assets: Sequence[Asset], warnings: Sequence[str]) -> str:
    sample = "> **Recorded sample, not today's market.**\n\n" if proposal.price_source == "sample" else ""
    what = {
        "no": "A proposal only: nothing is traded.",
        "paper": "To be filled **on paper** once someone approves.",
        "live": f"To be placed **with real money at {proposal.exchange}** once someone approves.",
    }[proposal.execute]
    until = f" It expires at {proposal.expires_at:%Y-%m-%d %H:%M} UTC." if proposal.expires_at else ""
    views = [
        "",
        "| Coin | Forecast by | Expected in 7 days % | Skill (absolute error) | Tilt % | |",
        "|---|---|---|---|---|---|",
        *(
            f"| {view.symbol} | {view.model} | {view.expected:+.2f} | "
            f"{'not measured' if view.skill is None else f'{100 * view.skill:+.1f} %'} | {view.tilt:+.1f} | "
            f"{_cell(view.reason or '')} |"
            for view in proposal.views
        ),
    ]
    return sample + "\n".join(
        [
            f"# Rebalancing by {proposal.strategy}",
            "",
            f"{what}{until} {proposal.count}: {proposal.turnover:.1%} of {float(proposal.total):,.2f} "
            f"{proposal.quote} traded for {float(proposal.fees):,.2f} {proposal.quote} of fees.",
            "",
            "| Coin | Before % | Target % | After % | Left alone |",
            "|---|---|---|---|---|",
            *(
                f"| {one.symbol} | {100 * one.before:.2f} | {100 * one.target:.2f} | {100 * one.after:.2f} | "
                f"{_cell(one.left_alone or '')} |"
                for one in proposal.weights
            ),
            f"| cash | {100 * float(proposal.cash / proposal.total):.2f} | "
            f"{100 * (1 - sum(one.target for one in proposal.weights)):.2f} | "
            f"{100 * float(proposal.cash_after / proposal.total):.2f} | |",
            *(views if proposal.views else []),
            "",
            *(f"- {warning}" for warning in warnings),
            "",
            "Files: " + ", ".join(f"[{asset.name}]({asset.url})" for asset in assets),
        ]
    )


def _cell(text: str) -> str:
    """Text that stays in its cell of a table and starts no markup."""
    return text.replace("|", "/").replace("\n", " ").replace("<", "&lt;").replace("[", "(").replace("]", ")")
