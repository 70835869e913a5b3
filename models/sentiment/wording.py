"""A post's words as the models read them: addresses, names and figures reduced to what they are."""

import html
import re
import unicodedata
from typing import Final

LONGEST: Final = 5_000  # characters of a post that are read; what comes after says nothing new
ADDRESS: Final = re.compile(r"(?:https?://|www\.|t\.co/)\S+", re.IGNORECASE)
# Whitespace, and invisible characters that spammers put between letters: zero-width, direction marks, soft hyphen.
SPACE: Final = re.compile(r"\s+")
INVISIBLE: Final = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe00-\ufe0f]|[\x00-\x08\x0e-\x1f\x7f]"
)

_CASHTAG: Final = re.compile(r"\$[a-z][a-z.]{0,9}\b")
_USER: Final = re.compile(r"(?<!\w)@\w{1,30}|(?<!\w)/?u/[\w-]{3,20}")
_SIGNED: Final = re.compile(r"(?<![\w.])([+-])\s?\$?(?=\d)")
_FIGURE: Final = re.compile(r"\d+(?:[.,]\d+)*")


def plain(text: str) -> str:
    """`text` on one line in Unicode's NFKC form, without HTML entities and invisible characters; at most 5,000 long."""
    text = unicodedata.normalize("NFKC", html.unescape(text[: 4 * LONGEST]))
    return SPACE.sub(" ", INVISIBLE.sub("", text)).strip()[:LONGEST]


def worded(text: str) -> str:
    """Lower case, with stand-ins for addresses (dropped), cashtags, users and figures; signs before figures stay."""
    text = ADDRESS.sub(" ", plain(text)).lower().replace("\u2019", "'").replace("\u2212", "-")
    text = _CASHTAG.sub(" xcash ", text)
    text = _USER.sub(" xuser ", text)
    text = _SIGNED.sub(lambda sign: " xplus " if sign[1] == "+" else " xminus ", text)
    return SPACE.sub(" ", _FIGURE.sub("0", text)).strip()
