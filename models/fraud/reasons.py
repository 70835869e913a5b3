"""Why a payment got its score: the features that moved it most, each in a sentence."""

import math
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from models.fraud.money import format_minor

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NEGLIGIBLE = 0.03
WINDOW = re.compile(r"_\d+[dhm]$")


class Reason(BaseModel):
    """One feature's share in a score."""

    model_config = ConfigDict(frozen=True)

    feature: str = Field(description="Name of the feature.", examples=["amount_to_customer_mean_30d"])
    value: float | None = Field(description="Its value; null where nothing is known.", examples=[3.4])
    contribution: float = Field(
        description="How much it moved the log-odds of fraud: above 0 towards fraud (TreeSHAP).", examples=[1.82]
    )
    text: str = Field(description="The same in words.", examples=["amount 3.4 times this customer's 30-day mean"])


def top_reasons(
    names: Sequence[str],
    values: "NDArray[np.float64]",
    contributions: "NDArray[np.float64]",
    *,
    currency: str,
    most: int = 4,
) -> list[Reason]:
    """The features that speak most for fraud, or, when none does, most against it; windows of one kind count once.

    What moves less than `NEGLIGIBLE` of the strongest is left out.
    """
    ranked = (-contributions).argsort(kind="stable")
    if contributions[ranked[0]] <= 0:
        ranked = ranked[::-1]
    reasons: list[Reason] = []
    kinds: set[str] = set()
    for index in ranked:
        contribution = float(contributions[index])
        kind = WINDOW.sub("", names[index])
        if kind in kinds or (reasons and contribution / reasons[0].contribution < NEGLIGIBLE):
            continue
        kinds.add(kind)
        value = None if math.isnan(values[index]) else float(values[index])
        reasons.append(
            Reason(
                feature=names[index],
                value=value if value is None else round(value, 4),
                contribution=round(contribution, 4),
                text=describe(names[index], value, currency),
            )
        )
        if len(reasons) == most:
            break
    return reasons


def describe(feature: str, value: float | None, currency: str) -> str:
    """A feature's value in words; amounts are minor units of `currency`."""
    kind, _, window = feature.rpartition("_") if WINDOW.search(feature) else (feature, "", "")
    if value is None:
        return _UNKNOWN[kind].format(days=window[:-1])
    return _WORDS[kind](value, window, currency)


_UNKNOWN = {
    "amount_to_customer_mean": "no payment of this customer known in {days} days to compare with",
    "customer_mean": "no payment of this customer known in the {days} days before",
    "terminal_count": "the terminal is not named",
    "terminal_risk": "nothing known about fraud at this terminal in its {days}-day window",
    "seconds_since_last": "no payment of this customer known in the 30 days before",
    "new_device": "nothing known about this customer's devices, or none is given",
    "new_country": "nothing known about this customer's countries, or none is given",
    "new_merchant": "nothing known about where this customer pays, or no place is given",
    "country_change": "nothing known about where this customer paid last, or no country is given",
}

_WORDS: dict[str, Callable[[float, str, str], str]] = {
    "amount": lambda value, _, currency: f"amount {format_minor(round(value), currency)}",
    "hour": lambda value, *_: f"between {value:.0f}:00 and {value + 1:.0f}:00 UTC",
    "night": lambda value, *_: "at night (0:00 to 7:00 UTC)" if value else "in the daytime (7:00 to 24:00 UTC)",
    "weekend": lambda value, *_: "at the weekend" if value else "on a weekday",
    "amount_to_customer_mean": lambda value, window, _: (
        f"amount {_times(value)} this customer's {window[:-1]}-day mean"
    ),
    "customer_mean": lambda value, window, currency: (
        f"this customer's {window[:-1]}-day mean is {format_minor(round(value), currency)}"
    ),
    "customer_count": lambda value, window, _: f"{_payments(value)} by this customer in the {_before(window)}",
    "customer_sum": lambda value, window, currency: (
        f"this customer paid {format_minor(round(value), currency)} in the {_before(window)}"
    ),
    "terminal_count": lambda value, window, _: f"{_payments(value)} at this terminal in the {_before(window)}",
    "terminal_risk": lambda value, window, _: (
        f"{value:.0%} of this terminal's payments were fraud ({window[:-1]} days, ending 7 days before)"
    ),
    "seconds_since_last": lambda value, *_: f"{_span(value)} after this customer's last payment",
    "new_device": lambda value, *_: (
        "a device that this customer did not use in 30 days" if value else "a device that this customer uses"
    ),
    "new_country": lambda value, *_: (
        "a country where this customer did not pay in 30 days" if value else "a country where this customer pays"
    ),
    "new_merchant": lambda value, *_: (
        "a place where this customer did not pay in 30 days" if value else "a place where this customer pays"
    ),
    "country_change": lambda value, *_: (
        "another country than this customer's last payment" if value else "the country of this customer's last payment"
    ),
}


def _times(ratio: float) -> str:
    return f"{ratio:.2f} times" if ratio < 0.95 else f"{ratio:.1f} times"


def _payments(count: float) -> str:
    return "no payment" if count == 0 else "1 payment" if count == 1 else f"{count:.0f} payments"


def _before(window: str) -> str:
    unit = {"d": "day", "h": "hour", "m": "minute"}[window[-1]]
    return f"{unit} before" if window[:-1] == "1" else f"{window[:-1]} {unit}s before"


def _span(seconds: float) -> str:
    for length, unit in ((86_400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return "1 second" if round(seconds) == 1 else f"{seconds:.0f} seconds"
