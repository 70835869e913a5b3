"""Crashes of the past, played again on the portfolio of today."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from tasks.portfolio.holdings import Position

if TYPE_CHECKING:
    from models.portfolio.panel import Panel


class StressReplay(BaseModel):
    """What one crash would do to the portfolio as it is."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(description="The crash.")
    window: str = Field(description="From the close of the first day to that of the last, an ISO 8601 interval.")
    loss: float = Field(description="Loss of the portfolio, cash included, % of its value; negative: a gain.")
    loss_value: float = Field(description="The same in the quote.")
    drops: dict[str, float] = Field(description="Change of each coin's price, %.")
    in_your_data: bool = Field(description="Whether every drop is from the candles given to this run.")
    recorded: list[str] = Field(
        description="Coins whose candles do not reach back: their drop is from the recorded table."
    )
    proxied: list[str] = Field(
        description="Coins that the recorded table lacks as well: the middle of its coins stands in."
    )


def replays(positions: Sequence[Position], panel: "Panel", total: float) -> list[StressReplay]:
    """Every crash of the table; `panel` holds the positions' coins, `total` is the portfolio's value with its cash."""
    from models.portfolio.crashes import CRASHES, shocks  # noqa: PLC0415 - numpy where it is used

    found = []
    for crash in CRASHES:
        hit = shocks(crash, panel)
        loss = -sum(position.weight * hit[position.symbol].drop for position in positions)
        by_source = {
            source: [symbol for symbol, shock in hit.items() if shock.source == source]
            for source in ("candles", "recorded", "proxy")
        }
        found.append(
            StressReplay(
                name=crash.name,
                window=f"{crash.before}/{crash.trough}",
                loss=100 * loss,
                loss_value=loss * total,
                drops={symbol: 100 * shock.drop for symbol, shock in hit.items()},
                in_your_data=len(by_source["candles"]) == len(hit),
                recorded=by_source["recorded"],
                proxied=by_source["proxy"],
            )
        )
    return found
