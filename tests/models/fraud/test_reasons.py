import numpy as np
import pytest

from models.fraud.features import FEATURES
from models.fraud.reasons import describe, top_reasons

pytestmark = pytest.mark.fraud


@pytest.mark.parametrize(
    ("feature", "value", "text"),
    [
        ("amount_to_customer_mean_30d", 3.44, "amount 3.4 times this customer's 30-day mean"),
        ("amount", 34_900, "amount 349.00 EUR"),
        ("customer_count_1d", 1, "1 payment by this customer in the day before"),
        ("terminal_risk_7d", 0.25, "25% of this terminal's payments were fraud (7 days, ending 7 days before)"),
        ("night", 1, "at night (0:00 to 7:00 UTC)"),
        ("customer_mean_7d", None, "no payment of this customer known in the 7 days before"),
        ("terminal_count_1d", None, "the terminal is not named"),
        ("customer_count_10m", 4, "4 payments by this customer in the 10 minutes before"),
        ("customer_sum_1h", 120_00, "this customer paid 120.00 EUR in the hour before"),
        ("seconds_since_last", 95, "95 seconds after this customer's last payment"),
        ("new_country", 1, "a country where this customer did not pay in 30 days"),
    ],
)
def test_reasons_read_as_sentences(feature: str, value: float | None, text: str) -> None:
    assert describe(feature, value, "EUR") == text


def test_every_feature_has_words() -> None:
    assert all(describe(name, 1.0, "EUR") for name in FEATURES)
    unknown = [name for name in FEATURES if "mean" in name or "risk" in name or name.startswith(("new", "terminal"))]
    assert all(describe(name, None, "EUR") for name in (*unknown, "seconds_since_last", "country_change"))


def test_the_strongest_come_first_and_windows_of_one_kind_once() -> None:
    names = ["amount", "customer_mean_1d", "customer_mean_7d", "night", "hour"]
    reasons = top_reasons(
        names, np.array([100.0, 5.0, np.nan, 1, 3]), np.array([0.5, 2.0, 1.5, -3.0, 0.001]), currency="EUR"
    )
    assert [(reason.feature, reason.contribution) for reason in reasons] == [("customer_mean_1d", 2), ("amount", 0.5)]


def test_when_nothing_speaks_for_fraud_the_strongest_against_it_is_told() -> None:
    reasons = top_reasons(["amount", "night"], np.array([1.0, 0.0]), np.array([-0.5, -2.0]), currency="EUR")
    assert [reason.feature for reason in reasons] == ["night", "amount"]
