"""Files of candles of several coins, whose prices are random walks."""

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


def candle_frame(
    symbols: tuple[str, ...] = ("BTC", "ETH"), count: int = 600, *, seed: int = 3, start: str = "2025-01-01"
) -> "pd.DataFrame":
    """Hourly candles in the columns that files have."""
    import pandas as pd

    frames = []
    for number, symbol in enumerate(symbols):
        generator = np.random.default_rng([seed, number])
        volatility = 0.005 * np.exp(0.6 * np.sin(np.arange(count) / 90))
        close = 100 * (number + 1) * np.exp(np.cumsum(generator.normal(0, 1, count) * volatility))
        opened = np.concatenate([[100 * (number + 1)], close[:-1]])
        frames.append(
            pd.DataFrame(
                {
                    "symbol": symbol,
                    "date": pd.date_range(start, periods=count, freq="h", tz="UTC"),
                    "open": opened,
                    "high": np.maximum(opened, close) * (1 + generator.uniform(0, 0.002, count)),
                    "low": np.minimum(opened, close) * (1 - generator.uniform(0, 0.002, count)),
                    "close": close,
                    "volume": generator.uniform(1, 9, count),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def parquet(frame: "pd.DataFrame") -> bytes:
    output = BytesIO()
    frame.to_parquet(output, index=False)
    return output.getvalue()


def csv(frame: "pd.DataFrame") -> bytes:
    return frame.to_csv(index=False).encode()
