"""Which posts count: about the coin, in the language, said once, meant by someone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from models.sentiment.coins import coin
from models.sentiment.duplicates import duplicate_groups
from models.sentiment.language import foreign_language
from models.sentiment.lexicon import directions
from models.sentiment.mention import mention_of
from models.sentiment.spam import spam_reason, spam_reasons
from models.sentiment.wording import plain, worded

pytestmark = pytest.mark.crypto
NOW = datetime(2026, 3, 2, tzinfo=UTC)


@dataclass
class Post:
    text: str
    source: str = "reddit"
    author: str | None = "someone"
    created_at: datetime = NOW
    author_since: datetime | None = None
    promoted: bool = False
    automated: bool = False


@pytest.mark.parametrize(
    ("symbol", "text", "how"),
    [
        ("BTC", "Is bitcoin dead?", "name"),
        ("BTC", "Bitcoin's price", "name"),
        ("BTC", "$btc is up", "cashtag"),
        ("BTC", "long BTCUSDT here", "pair"),
        ("BTC", "BTC/USD at 60k", "pair"),
        ("BTC", "#Bitcoin", "hashtag"),
        ("BTC", "my btc bag", "symbol"),
        ("BTC", "bitcoin cash rises", None),
        ("BTC", "bitcoincash rises", None),
        ("BTC", "$BTCX is another", None),
        ("BTC", "see https://example.com/bitcoin/btc", None),
        ("BTC", "ABTC or BTCS", None),
        ("BCH", "Bitcoin Cash rises", "name"),
        ("ETC", "Ethereum Classic forks", "name"),
        ("ETH", "Ethereum Classic forks", None),
        ("ONE", "No one cares", None),
        ("ONE", "The ONE thing in crypto", "symbol"),
        ("ONE", "NO ONE BUYS CRYPTO ANY MORE", None),
        ("ONE", "$ONE pumps", "cashtag"),
        ("LINK", "link in bio for crypto tips", None),
        ("LINK", "Open the LINK in the page", None),
        ("LINK", "Chainlink partners with a bank", "name"),
        ("LINK", "LINK broke out, best altcoin", "symbol"),
        ("NEAR", "price NEAR the top", None),
        ("NEAR", "NEAR staking rewards", "symbol"),
        ("GAS", "GAS prices at the pump", None),
        ("SOL", "SOL flips ETH on DEX volume", "symbol"),
        ("DOT", "fined by the DOT", None),
        ("DOT", "Polkadot auctions", "name"),
        ("XYZ", "XYZ crypto token", "symbol"),
        ("XYZ", "the XYZ affair", None),
    ],
)
def test_what_a_post_is_about(symbol: str, text: str, how: str | None) -> None:
    assert mention_of(coin(symbol), text) == how


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Bitcoin to the moon, I bought more today", None),
        ("gm frens $BTC", None),
        ("LFG", None),
        ("🚀🚀🚀 https://t.co/abc", None),
        ("Bitcoin alcanza un nuevo máximo histórico esta semana", "es"),
        ("Der Bitcoin fällt heute deutlich unter die wichtige Marke", "de"),
        ("Биткоин растет", "ru"),
        ("比特币上涨", "zh"),
    ],
)
def test_languages(text: str, language: str | None) -> None:
    assert foreign_language(text, ("en",)) == language
    if language:
        assert foreign_language(text, ("en", language)) is None


def test_what_the_source_says_of_the_language_counts() -> None:
    assert foreign_language("Bitcoin", ("en",), "es") == "es"
    assert foreign_language("Bitcoin alcanza un nuevo máximo histórico", ("en",), "en") is None
    assert foreign_language("Bitcoin rises today with strong volume", ("en",), "qq") is None


def test_duplicates_with_other_links_users_and_figures() -> None:
    texts = [
        "Bitcoin hits $70,000 as ETF inflows reach a record https://t.co/a",
        "Ether falls as the network slows down in the morning",
        "BITCOIN hits $71,000 as ETF inflows reach a record!! https://t.co/b @user",
        "Bitcoin hits $70,000 as ETF inflows reach a record, analysts say",
        "Bitcoin",
        "bitcoin!",
        "",
        "",
    ]

    assert duplicate_groups(texts) == [0, 1, 0, 0, 4, 4, 6, 7]


def test_a_frame_that_everyone_uses_makes_no_duplicates() -> None:
    texts = [
        f"Stocks making the biggest moves midday: {chr(97 + n) * 5} {chr(98 + n) * 6} {chr(99 + n) * 7}"
        for n in range(20)
    ]

    assert duplicate_groups(texts) == list(range(20))


@pytest.mark.parametrize(
    ("post", "reason"),
    [
        (Post("I think bitcoin is undervalued"), None),
        (Post("Join my Telegram group for bitcoin signals"), "promotion"),
        (Post("Massive BTC giveaway, claim your coins"), "promotion"),
        (Post("Send 0.1 BTC and get 0.2 back"), "promotion"),
        (Post("Guaranteed profits on bitcoin"), "promotion"),
        (Post("I recovered my lost funds, thanks"), "promotion"),
        (Post("G\u200bive\u200baway of bitcoin"), "promotion"),
        (Post("$BTC $ETH $SOL $XRP $ADA $DOGE to fly"), "ticker-list"),
        (Post("look https://a.io https://b.io https://c.io bitcoin now"), "mostly-links"),
        (Post("BTC 🚀"), "too-short"),
        (Post("bitcoin is fine", author="price_alert_bot"), "automated"),
        (Post("bitcoin is fine", author="AutoModerator"), "automated"),
        (Post("bitcoin is fine", author="Talbot"), None),
        (Post("bitcoin is fine", automated=True), "automated"),
        (Post("bitcoin is fine", promoted=True), "advertisement"),
        (Post("bitcoin is fine", author_since=NOW - timedelta(days=1)), "new-account"),
        (Post("bitcoin is fine", author_since=NOW - timedelta(days=9)), None),
        (Post("Regulator fines exchange over bitcoin giveaway", source="news:paper.example"), None),
    ],
)
def test_spam_and_robots(post: Post, reason: str | None) -> None:
    assert spam_reason(post) == reason


def test_one_author_does_not_flood() -> None:
    posts = [Post(f"bitcoin thought {n}", author="Loud" if n % 2 else "LOUD") for n in range(8)]

    assert spam_reasons(posts) == [None] * 5 + ["author-flood"] * 3
    papers = [Post(f"bitcoin news {n}", source="news:paper.example", author="Desk") for n in range(8)]
    assert spam_reasons(papers) == [None] * 8


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("bitcoin surges and gains", (2, 0)),
        ("crash and panic", (0, 2)),
        ("not bullish", (0, 1)),
        ("isn't falling", (1, 0)),
        ("an update for supporters of the upset", (1, 0)),
        ("🚀📉", (1, 1)),
        ("", (0, 0)),
    ],
)
def test_directions(text: str, found: tuple[int, int]) -> None:
    assert directions(text) == found


def test_words_as_they_are_read() -> None:
    assert (
        worded("$BTC +5.2% vs \u22123% @joe https://t.co/x &amp; $70,000") == "xcash xplus 0% vs xminus 0% xuser & $0"
    )
    assert plain("a\u200bb\u202ec\n\td &lt;") == "abc d <"
    assert len(plain("x" * 50_000)) == 5_000
