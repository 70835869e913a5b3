"""CoinGecko: candles and prices averaged over many exchanges, within a budget of calls.

Data provided by CoinGecko (https://www.coingecko.com). Through its official client, which knows its hosts, paths and
keys; the budget, the cache and the retries are ours, as each attempt counts against the quota.
"""

from blocks.coingecko.block import ATTRIBUTION, CoinGecko
from blocks.coingecko.budget import BudgetSpent, Usage

__all__ = ["ATTRIBUTION", "BudgetSpent", "CoinGecko", "Usage"]
