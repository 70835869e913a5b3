"""Coins by symbol: what people call them, and whose symbol is a word, a name or another thing's ticker as well."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Coin:
    """A coin as people write about it.

    `names` are safe in any text; an `ambiguous` symbol on its own is not, as it is a common word or shared.
    """

    symbol: str
    names: tuple[str, ...] = ()
    ambiguous: bool = False
    others: tuple[str, ...] = ()
    """Words that make another coin of its name: bitcoin cash."""

    @property
    def terms(self) -> tuple[str, ...]:
        """What to search for, the most telling first."""
        return (*self.names, f"${self.symbol}", *(() if self.ambiguous else (self.symbol,)))


_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "BTC": ("bitcoin",), "ETH": ("ethereum",), "BNB": ("binance coin", "bnb chain"), "XRP": ("ripple",),
    "DOGE": ("dogecoin",), "LTC": ("litecoin",), "BCH": ("bitcoin cash",), "XLM": ("stellar lumens",),
    "XMR": ("monero",), "TRX": ("tron network", "justin sun"), "SHIB": ("shiba inu",), "AAVE": ("aave protocol",),
    "USDT": ("tether",), "USDC": ("usd coin",), "ALGO": ("algorand",), "FIL": ("filecoin",), "VET": ("vechain",),
    "HBAR": ("hedera",), "XTZ": ("tezos",), "ZEC": ("zcash",), "KSM": ("kusama",), "ETC": ("ethereum classic",),
}  # fmt: skip
_OTHERS: Final = {"BTC": ("cash", "sv", "gold", "diamond"), "ETH": ("classic", "pow"), "BCH": ("sv", "abc")}
_AMBIGUOUS: Final[dict[str, tuple[str, ...]]] = {
    "SOL": ("solana",), "ADA": ("cardano",), "DOT": ("polkadot",), "LINK": ("chainlink",),
    "AVAX": ("avalanche avax",), "NEAR": ("near protocol",), "ONE": ("harmony one", "harmony protocol"),
    "GAS": ("neo gas",), "NEO": ("neo blockchain",), "ATOM": ("cosmos hub", "cosmos atom"), "TON": ("toncoin",),
    "UNI": ("uniswap",), "SUI": ("sui network",), "APT": ("aptos",), "ARB": ("arbitrum",),
    "OP": ("optimism token", "op mainnet"), "ICP": ("internet computer",), "PEPE": ("pepe coin", "pepecoin"),
    "MATIC": ("polygon matic",), "POL": ("polygon pol",), "SAND": ("the sandbox token",), "MANA": ("decentraland",),
    "APE": ("apecoin",), "CAKE": ("pancakeswap",), "GRT": ("the graph token",), "FLOW": ("flow blockchain",),
    "SEI": ("sei network",), "INJ": ("injective protocol",), "RUNE": ("thorchain",), "MKR": ("makerdao",),
    "COMP": ("compound finance",), "SNX": ("synthetix",), "FTM": ("fantom opera",), "TIA": ("celestia tia",),
    "WIF": ("dogwifhat",), "BONK": ("bonk coin",), "JUP": ("jupiter exchange",), "IMX": ("immutable x",),
    "STX": ("stacks stx",),
}  # fmt: skip


def coin(symbol: str) -> Coin:
    """The coin of a symbol; one that is not on our list is ambiguous and has no name."""
    symbol = symbol.upper()
    if symbol in _NAMES:
        return Coin(symbol, _NAMES[symbol], others=_OTHERS.get(symbol, ()))
    return Coin(symbol, _AMBIGUOUS.get(symbol, ()), ambiguous=True)
