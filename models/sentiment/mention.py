"""Whether a post speaks of a coin: BTC, bitcoin, $BTC, BTC/USDT; and ONE or LINK only where coins are meant."""

import re
from functools import lru_cache
from typing import Final, Literal

from models.sentiment.coins import Coin
from models.sentiment.wording import ADDRESS, plain

Mention = Literal["cashtag", "hashtag", "pair", "name", "symbol"]

CONTEXT: Final = re.compile(
    r"\b(?:crypto\w*|bitcoin|btc|ethereum|altcoins?|stablecoins?|tokens?|coins?|blockchain\w*|defi|nfts?|hodl\w*|"
    r"staking|staked|airdrops?|on-?chain|mainnet|testnet|smart contracts?|wallets?|ledger|metamask|binance|coinbase|"
    r"kraken|kucoin|bybit|okx|dex|cex|perps?|layer ?[12]|l[12]s?|usdt|usdc|satoshis?|gwei|market ?cap|validators?)\b",
    re.IGNORECASE,
)
_SHOUTED: Final = 0.6  # share of capitals from which a word in capitals tells nothing
_QUOTES: Final = "USDT|USDC|USD|BUSD|FDUSD|EUR|BTC|ETH|PERP"


def mention_of(coin: Coin, text: str) -> Mention | None:
    """How `text` speaks of `coin`, None where it does not.

    A cashtag, a pair or a name is enough. The bare symbol must be in capitals (or, of five letters and more and not
    ambiguous, as anyone writes it); an ambiguous one needs words of crypto beside it, and a text that is not shouted.
    """
    read = ADDRESS.sub(" ", plain(text))
    patterns = _patterns(coin)
    for kind in ("cashtag", "pair", "name", "hashtag"):
        if (found := patterns[kind]) and found.search(read):
            return kind
    bare = patterns["symbol"]
    if bare is None or not bare.search(read):
        return None
    if not coin.ambiguous:
        return "symbol"
    others = bare.sub(" ", read)
    return "symbol" if CONTEXT.search(others) and _capitals(read) < _SHOUTED else None


@lru_cache(maxsize=256)
def _patterns(coin: Coin) -> dict[Mention, re.Pattern[str] | None]:
    symbol = re.escape(coin.symbol)
    names = "|".join(re.escape(name).replace(r"\ ", r"[\s-]+") for name in coin.names)
    tags = "|".join([re.escape(name.replace(" ", "")) for name in coin.names] + ([] if coin.ambiguous else [symbol]))
    either = "" if coin.ambiguous else "(?i:"
    return {
        "cashtag": re.compile(rf"(?<![\w$])\${symbol}(?![\w$])", re.IGNORECASE),
        "pair": re.compile(rf"(?<!\w){symbol}[/-]?(?:{_QUOTES})(?!\w)")
        if coin.symbol not in _QUOTES.split("|")
        else (re.compile(rf"(?<!\w){symbol}[/-]?(?:USDT|USDC|USD|EUR|PERP)(?!\w)")),
        "name": re.compile(rf"(?<![\w$#@]){_plural(names)}(?!\w){_unless(coin)}", re.IGNORECASE) if names else None,
        "hashtag": re.compile(rf"(?<!\w)#(?:{tags})(?!\w)", re.IGNORECASE) if tags else None,
        "symbol": re.compile(rf"(?<![\w$#@.-]){either}{symbol}{')' if either else ''}(?![\w-])"),
    }


def _unless(coin: Coin) -> str:
    return rf"(?![\s-]+(?:{'|'.join(coin.others)})\b)" if coin.others else ""


def _plural(names: str) -> str:
    return rf"(?:{names})(?:'s|s)?"


def _capitals(text: str) -> float:
    """Share of the letters that are capitals."""
    letters = [letter for letter in text if letter.isalpha()]
    return sum(letter.isupper() for letter in letters) / len(letters) if letters else 0.0
