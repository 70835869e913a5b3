"""The chart and the words of a prediction."""

import subprocess
import sys
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from blocks.exchange import Candles
from blocks.recorded_candles import recorded_candles
from tasks.crypto.chart import price_chart
from tasks.crypto.forecast import Outlook, forecast_price
from tasks.crypto.forecasters import choose_forecaster
from tasks.crypto.market import Market
from tasks.crypto.summary import price_text, summary

pytestmark = pytest.mark.crypto
FAN = np.array([0x3E, 0x6A, 0xE1])


def prediction(candles: Candles, horizon: int = 12) -> tuple[Market, Outlook]:
    market = Market(candles, "recorded sample (asked for)" if candles.source == "sample" else candles.source)
    return market, forecast_price.fn(market, horizon, (), choose_forecaster("volatility-scaled-random-walk"))


def pixels(chart: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(chart)).convert("RGB")).astype(int)


@pytest.fixture(scope="module")
def hours() -> Candles:
    return recorded_candles("BTC", timeframe="1h", count=900)


def test_the_chart_is_a_readable_picture(hours: Candles) -> None:
    image = pixels(price_chart(*prediction(hours)))

    assert image.shape == (1000, 1600, 3)
    fan = np.abs(image - FAN).sum(axis=2) < 12
    assert fan[:, 1000:].sum() > 300, "the median and its label"
    assert (image[:, -4:] == 255).all(), "nothing runs off the right edge"
    assert (image[:4] == 255).all()


def test_the_same_prediction_gives_the_same_bytes(hours: Candles) -> None:
    assert price_chart(*prediction(hours)) == price_chart(*prediction(hours))


def test_a_sample_is_labelled_and_live_data_is_not(hours: Candles) -> None:
    alarm = np.array([0xB4, 0x4D, 0x12])

    def labelled(candles: Candles) -> bool:
        header = pixels(price_chart(*prediction(candles)))[:90]
        return bool((np.abs(header - alarm).sum(axis=2) < 12).sum() > 200)

    assert labelled(hours)
    assert not labelled(replace(hours, source="binance", exchange="binance"))


@pytest.mark.parametrize("scale", [1e-10, 1e-9, 1e-3, 1e7])
def test_any_price_can_be_drawn(hours: Candles, scale: float) -> None:
    scaled = {name: getattr(hours, name) * scale for name in ("open", "high", "low", "close")}

    assert (pixels(price_chart(*prediction(replace(hours, **scaled))))[:, -4:] == 255).all()


def test_candles_without_volume_and_few_candles_can_be_drawn(hours: Candles) -> None:
    few = {name: getattr(hours, name)[-125:] for name in ("time", "open", "high", "low", "close")}

    assert price_chart(*prediction(replace(hours, **few, volume=np.full(125, np.nan)), 24)).startswith(b"\x89PNG")


def test_the_summary_says_what_to_know(hours: Candles) -> None:
    market, outlook = prediction(hours)

    text = summary(market, outlook, [], ["Mind the gap."])

    assert "**Recorded sample, not today's market.**" in text
    assert "with 80 % probability between" in text
    assert "- Mind the gap." in text
    assert "| RSI 14 |" in text


@pytest.mark.parametrize(
    ("price", "text"),
    [
        (47038.21, "47,038"),
        (38.104, "38.10"),
        (1.2345678, "1.235"),
        (0.000012345, "0.00001234"),
        (4.6e11, "4.6e+11"),
        (1e-12, "1e-12"),
        (0.0, "0"),
    ],
)
def test_prices_are_short(price: float, text: str) -> None:
    assert price_text(price) == text


def test_importing_the_flow_loads_nothing_heavy() -> None:
    code = (
        "import sys, flows.crypto;"
        "heavy = ('ccxt', 'matplotlib', 'talib', 'torch', 'pyarrow', 'google.cloud');"
        "print([name for name in heavy if name in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
