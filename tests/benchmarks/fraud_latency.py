"""Real-time verdicts under an open load, without and with entries on the owner's lists.

`python tests/benchmarks/fraud_latency.py`, with the stack up (`make up`). Requests leave when they are due, whether or
not earlier ones were answered, and each latency runs from the moment at which the request was due: a server that falls
behind is charged for the waiting.
"""

import asyncio
import os
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

import sqlalchemy as sa
import typer
from list_entries import listed
from payment_load import Load
from processor_time import ProcessorShares
from rich.console import Console
from rich.table import Table

from blocks.payment_store import PaymentStore
from blocks.running_stack import join_running_stack
from blocks.settings import get_settings
from blocks.warehouse.tables import payment_verdicts

BAR_MS = 50.0
WARM_RATE, WARM_SECONDS = 20, 5
PERCENTILES = (0.5, 0.95, 0.99, 0.999, 1)
console = Console()


@dataclass(frozen=True)
class Measured:
    """What one stretch of load gave; latencies in milliseconds."""

    entries: int
    first: float
    latencies: list[float]
    inside: list[float]
    failures: dict[str, int]
    flagged: int
    stored: int
    shares: dict[str, float]

    @property
    def is_met(self) -> bool:
        """Whether the bar was met, and every answer is in the store."""
        whole = not self.failures and self.stored == len(self.latencies)
        return whole and percentile(self.latencies, 0.99) <= BAR_MS


def main(
    rate: Annotated[float, typer.Option(help="Requests a second, of one payment each.")] = 100,
    seconds: Annotated[float, typer.Option(help="How long, for each number of entries.")] = 60,
    entries: Annotated[list[int] | None, typer.Option(help="Entries on the lists; may be repeated.")] = None,
    customers: int = 50_000,
    terminals: int = 50_000,
    api_key: Annotated[str | None, typer.Option(help="For a gateway with keys.")] = None,
    owner: Annotated[str, typer.Option(help="Whose lists: the id of the key, or local.")] = "local",
) -> None:
    """Measure each number of entries in turn (0, 50, 50,000, and 0 again); 1 when a bar is missed."""
    if not join_running_stack():
        raise SystemExit("No stack is up on the data folder: `make up`.")
    address = urlsplit(get_settings().gateway_url)
    where = (address.hostname or "", address.port or 80, api_key, customers, terminals)
    found = []
    for number, count in enumerate(entries or (0, 50, 50_000, 0)):
        load = Load(*where, seed=2 * number)
        with listed(PaymentStore.default(), owner, count):
            found.append(measured(Load(*where, seed=2 * number + 1), load, count, rate, seconds))
    show(found, rate, seconds)
    raise SystemExit(not all(one.is_met for one in found))


def measured(warm: Load, load: Load, entries: int, rate: float, seconds: float) -> Measured:
    """One stretch, after a first payment (which the lists are read for) and a few seconds of lighter load."""
    asyncio.run(warm.run(1, 1))
    asyncio.run(warm.run(WARM_RATE, WARM_SECONDS))
    processor = ProcessorShares()
    with processor.measured():
        asyncio.run(load.run(rate, seconds))
    named = payment_verdicts.c.transaction_id.like(f"{load.name}-%")
    with PaymentStore.default().reading() as connection:
        stored = connection.scalar(sa.select(sa.func.count()).select_from(payment_verdicts).where(named)) or 0
    return Measured(
        entries, warm.latencies[0], load.latencies, load.inside, load.failures, load.flagged, stored, processor.shares
    )


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of the values lie."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


def show(found: list[Measured], rate: float, seconds: float) -> None:
    """Print tables of latencies and of processor time."""
    title = f"{rate:g} requests/s for {seconds:g} s each, ms from due to answered; bar p99 <= {BAR_MS:g} ms"
    latencies = Table(title=title)
    for column in ("entries", *(f"p{share * 100:g}" for share in PERCENTILES[:-1]), "max"):
        latencies.add_column(column, justify="right")
    for column in ("p99 in the scorer", "first", "answered", "flagged", "stored", "failed", "bar"):
        latencies.add_column(column, justify="right")
    for one in found:
        latencies.add_row(
            f"{one.entries:,}",
            *(f"{percentile(one.latencies, share):.1f}" for share in PERCENTILES),
            f"{percentile(one.inside, 0.99):.1f}",
            f"{one.first:.0f}",
            f"{len(one.latencies):,}",
            f"{one.flagged:,}",
            f"{one.stored:,}",
            str(one.failures or 0),
            "met" if one.is_met else "MISSED",
        )
    processor = Table(title=f"processor time, % of one core of {os.cpu_count()}")
    processor.add_column("entries", justify="right")
    busy = [name for name in found[0].shares if max(one.shares[name] for one in found) >= 0.005]
    for name in busy:
        processor.add_column(name, justify="right")
    for one in found:
        processor.add_row(f"{one.entries:,}", *(f"{one.shares[name]:.0%}" for name in busy))
    console.print(latencies)
    console.print(processor)


if __name__ == "__main__":
    typer.run(main)
