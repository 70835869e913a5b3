"""A prediction in words: what a person reads first on the run's page."""

from math import floor, log10

from blocks.asset_store import Asset
from tasks.crypto.forecast import Outlook
from tasks.crypto.market import Market
from tasks.crypto.prospect import ForecastRisk
from tasks.crypto.stored_sentiment import StoredSentiment


def summary(
    market: Market,
    outlook: Outlook,
    assets: list[Asset],
    warnings: list[str],
    sentiment: StoredSentiment | None = None,
) -> str:
    """Markdown: the forecast in one sentence, how far to trust it, danger, indicators, the files."""
    candles, forecast, last = market.candles, outlook.forecast, outlook.steps[-1]
    sample = "> **Recorded sample, not today's market.**\n\n" if market.historical else ""
    trust = [
        f"| Model | {forecast.model} {forecast.model_version} |",
        f"| Data | {market.data_source}, {len(candles)} candles, {candles.window} |",
    ]
    if held := outlook.calibration:
        trust.append(f"| 80 % interval held lately | {held.coverage_80:.1%} of {held.origins} forecasts' outcomes |")
        trust.append(f"| 95 % interval held lately | {held.coverage_95:.1%} |")
    if skill := outlook.skill:
        trust.append(f"| Skill of {skill.model} over a random walk | CRPS {skill.crps:+.2%}, MAE {skill.mae:+.2%} |")
    if outlook.fallback:
        trust.append(f"| Fallback | {outlook.fallback} |")
    return "\n".join(
        [
            f"# {candles.symbol}/{candles.quote}, next {len(outlook.steps)} candles of {candles.timeframe}\n",
            f"{sample}At {last.time:%Y-%m-%d %H:%M} UTC the price lies with 80 % probability between "
            f"**{price_text(last.lower_80)}** and **{price_text(last.upper_80)}** {candles.quote}, with 95 % between "
            f"{price_text(last.lower_95)} and {price_text(last.upper_95)}; as likely above as below "
            f"{price_text(last.median)}. The last close was {price_text(forecast.last_close)} at "
            f"{outlook.issued_at:%Y-%m-%d %H:%M} UTC.\n",
            *(f"- {warning}" for warning in warnings),
            "\n| How far to trust it | |\n|---|---|",
            *trust,
            "\n| Danger | Over the horizon |\n|---|---|",
            *_danger(outlook.risk),
            *_mood(sentiment, used=outlook.in_use and outlook.facts.looks_at_sentiment),
            "\n| Indicator | At the last close |\n|---|---|",
            *(
                f"| {name.upper().replace('_', ' ')} | {'too few candles' if value is None else price_text(value)} |"
                for name, value in outlook.indicators.items()
            ),
            "\n" + " · ".join(f"[{asset.name}]({asset.url})" for asset in assets),
        ]
    )


def _danger(risk: ForecastRisk) -> list[str]:
    fall = "beyond what the quantiles tell" if risk.probability_of_fall is None else f"{risk.probability_of_fall:.0%}"
    moved = "too few candles" if risk.volatility is None else f"{risk.volatility:.2f} % a candle"
    return [
        f"| Chance of a fall | {fall} |",
        f"| Loss passed in one of twenty cases | {risk.value_at_risk_95:.2f} % |",
        f"| Mean loss in that twentieth | {risk.expected_shortfall_95:.2f} % |",
        f"| Volatility lately | {moved} |",
    ]


def _mood(sentiment: StoredSentiment | None, *, used: bool) -> list[str]:
    if sentiment is None:
        return []
    return [
        f"\nSentiment {sentiment.score:+.2f} ({sentiment.lower:+.2f} to {sentiment.upper:+.2f}, 95 %) from "
        f"{sentiment.posts:,} posts, {sentiment.computed_at:%Y-%m-%d %H:%M} UTC; "
        + ("the model looks at such scores." if used else "the forecast does not use it.")
    ]


def price_text(price: float) -> str:
    """A price with as many digits as tell something: 47,038 or 38.10 or 0.00001234."""
    size = abs(price)
    if size >= 1e9 or 0 < size < 1e-6:
        return f"{price:.4g}"
    if size >= 10 or size == 0:
        return f"{price:,.0f}" if size >= 1000 or size == 0 else f"{price:,.2f}"
    return f"{price:.{3 - floor(log10(size))}f}"
