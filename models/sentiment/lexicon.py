"""Words of markets that point up or down, among them those of crypto forums, which stock headlines never show.

Own list, by stem: a word counts when it begins with one. The classifier reads how many there are of each kind beside
the words themselves; what they weigh is learned.
"""

import re
from typing import Final

_RISING: Final = """
accelerat achiev acquir advanc all-time ath backs beat better boom boost break-out breakout bull buy buyback climb
colossal confident double-digit double, doubl earns exceed expand expans gain gem green grew grow hike high higher
hodl hold-strong improv increas inflow jump launch leap lift long moon momentum new-high optimis outpace outperform
overweight parabolic partner popp pops profit pump rall rais rebound record recover reiterat-buy resilien reviv rise
rises rising rocket rose sees-strong send-it skyrocket snap soar solid spike strength strong support surge surging
surpass tailwind to-the-moon top tops topp undervalu up upbeat upgrad upside upward uptrend uptick wagmi win wins won
accumulat adopt approv bottomed bounce undersuppl oversold hopium ape diamond
"""
_FALLING: Final = """
abandon accus alarm bad bagholder ban bankrupt bear below bleed blow bottoming breach break-down breakdown bubble burn
capitulat cautio collaps concern correct crash crisis cut damag danger dead death decelerat declin default delay delist
despair disappoint dismal dive divest downgrad down downbeat downside downtrend downward drag drain drop dump exploit
exit-scam fail fall fear fell fine fined fraud fud hack halt headwind hit hurt insolven investigat lag lawsuit layoff
liquidat lose loses losing loss lost low lower miss negative ngmi outflow overbought overvalu panic pessimis plummet
plung ponzi pressur probe recall recession red reject rekt resign risk rug rugpull sank scam scandal scare sell sell-off
selloff shed short shrink sink sinks slash slid slides slip slow slump stole struggl sued sues suspend tank terminat
threat tumbl underperform underweight uncertain unwind volatil warn weak weigh worr worse worst worthless wreck wipe
"""
_TURNING: Final = re.compile(
    r"(?:not|no|never|without|hardly|neither|nor|cannot|(?:is|was|does|do|did|wo|ca|ai)n'?t)\Z"
)
_SHORT: Final = 4  # letters; so short a stem takes endings of grammar alone, so that "up" is not in "update"
_ENDINGS: Final = r"(?:[a-z]?(?:ed|ing|er|ers)|s|es|d|en|ish)"
_WORD: Final = re.compile(r"[a-z][a-z'-]*")
UP_SIGNS: Final = frozenset("\U0001f680\U0001f4c8\U0001f7e2\U0001f402\U0001f48e\U0001f525")
DOWN_SIGNS: Final = frozenset("\U0001f4c9\U0001f534\U0001f43b\U0001fa78\U0001f4a9\U0001f62d\U0001f480")


def _pattern(stems: str) -> re.Pattern[str]:
    words = sorted(set(stems.replace(",", "").split()))
    whole = "|".join(word for word in words if len(word) <= _SHORT)
    begins = "|".join(word for word in words if len(word) > _SHORT)
    return re.compile(rf"(?:(?:{whole}){_ENDINGS}?|(?:{begins})[a-z]*)\Z")


_UP, _DOWN = _pattern(_RISING), _pattern(_FALLING)


def directions(text: str) -> tuple[int, int]:
    """How many words (and signs) of a text in lower case point up, and how many down; "not" before one turns it."""
    up = sum(sign in UP_SIGNS for sign in text)
    down = sum(sign in DOWN_SIGNS for sign in text)
    words = _WORD.findall(text)
    for place, word in enumerate(words):
        rising, falling = bool(_UP.match(word)), bool(_DOWN.match(word))
        if rising == falling:
            continue
        if any(_TURNING.match(before) for before in words[max(0, place - 2) : place]):
            rising = not rising
        up, down = up + rising, down + (not rising)
    return up, down


def direction_features(text: str) -> tuple[float, ...]:
    """What the classifier reads of `directions`, 0 or 1 each: some, several, both, neither, more of one kind."""
    up, down = directions(text)
    found = (up > 0, down > 0, up > 1, down > 1, up > 0 and down > 0, up == down == 0, up > down, down > up)
    return tuple(float(feature) for feature in found)


DIRECTION_FEATURES: Final = len(direction_features(""))
