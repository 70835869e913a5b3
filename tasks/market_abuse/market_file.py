"""Limits of the files of trading, and what is said of one that can't be right."""

from typing import Final

MAX_FILE_BYTES: Final = 512 * 2**20
MAX_TRADES: Final = 2_000_000
MAX_EVENTS: Final = 2_000_000
MAX_ACCOUNTS_ROWS: Final = 200_000
MAX_UNPACKED: Final = 4 * 2**30
MAX_LINE: Final = 65_536
"""Characters of a line: a trade has a few hundred."""
MAX_NAME: Final = 128
"""Characters of an account, an id, a symbol: a transaction's hash has 66, a base58 address 44."""
MOST_COLUMNS: Final = 200
BATCH: Final = 100_000
"""Rows read at a time."""
EXAMPLES: Final = 5


class MarketFileError(ValueError):
    """A file can't be read as what the request says it is; says where and what to do."""
