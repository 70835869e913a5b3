"""An analysis in words: what a person reads first on the run's page. Strangers' texts are escaped, all of them."""

import html
import re
from typing import Final

from blocks.asset_store import Asset
from tasks.sentiment.finding import Finding, SourceReport
from tasks.sentiment.reading import ReadPost

_MARKS: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|>~$^=:/@&<\"'])")
_NAMED: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
"""Prefect's UI reads these entities; numeric ones it shows as they stand."""

_LINE: Final = re.compile(r"\s+")
_EXCERPT: Final = 160


def summary(finding: Finding, assets: list[Asset], warnings: list[str]) -> str:
    """Markdown: the score in a sentence, each source, the posts that weigh the most, what was left out, the files."""
    together, collection = finding.reading.together, finding.collection
    hours = (collection.end - collection.start).total_seconds() / 3600
    lines = [f"# Sentiment of {finding.symbol}, {hours:.0f} hours to {collection.end:%Y-%m-%d %H:%M} UTC\n"]
    if together.score is None or together.lower is None or together.upper is None:
        lines.append(f"**{plain(finding.reason or 'No number.')}**\n")
    else:
        lines.append(
            f"**{together.score:+.2f}** on a scale from -1 (bearish) to +1 (bullish); 95 % confidence interval "
            f"{together.lower:+.2f} to {together.upper:+.2f}, from {together.posts} posts of {together.voices} authors "
            f"and papers. {_told(together.lower, together.upper)}\n"
        )
    lines += [f"- {plain(warning)}" for warning in warnings if warning != finding.reason]
    lines += ["\n| Source | | Found | Count | Weight | Score | Posts |", "|---|---|--:|--:|--:|--:|---|"]
    lines += [_source(report) for report in finding.sources]
    if finding.reading.top_posts:
        lines += ["\n| What weighs most | says | weight | from |", "|---|---|--:|---|"]
        lines += [_post(post) for post in finding.reading.top_posts]
    if finding.dropped:
        lines += ["\n| Left out | Posts |", "|---|--:|"]
        lines += [
            f"| {plain(dropped.reason)}: {plain(dropped.told)} | {dropped.posts} |" for dropped in finding.dropped
        ]
    lines.append(f"\nRead by {finding.reading.model} {finding.reading.model_version} ({finding.reading.origin}).")
    lines.append("\n" + " · ".join(f"[{asset.name}]({asset.url})" for asset in assets))
    return "\n".join(lines)


def plain(text: str) -> str:
    """Text that Markdown shows as it is: on one line, no HTML, no link, no emphasis, nothing that loads anything."""
    return _MARKS.sub(lambda mark: _NAMED.get(mark[1], f"\\{mark[1]}"), _LINE.sub(" ", text)).strip()


def linked(words: str, url: str | None) -> str:
    """A link to an address that was found safe, else the words alone."""
    if not url:
        return plain(words)
    return f"[{plain(words)}](<{html.escape(url, quote=True).replace('|', '%7C')}>)"


def _told(lower: float, upper: float) -> str:
    if lower > 0:
        return "The interval lies above zero: more bullish than bearish."
    if upper < 0:
        return "The interval lies below zero: more bearish than bullish."
    return "The interval holds zero: neither side prevails."


def _source(report: SourceReport) -> str:
    score = "" if report.score is None else f"{report.score:+.2f}"
    links = " ".join(linked(str(number), url) for number, url in enumerate(report.links[:5], 1))
    told = report.status if not report.reason else f"{report.status}: {report.reason}"
    return (
        f"| {plain(report.source)} | {plain(told)} | {report.posts} | {report.counted} | {report.weight:.0%} "
        f"| {score} | {links} |"
    )


def _post(post: ReadPost) -> str:
    words = post.text if len(post.text) <= _EXCERPT else post.text[: _EXCERPT - 1].rstrip() + "…"
    where = f"{post.source}, {post.created_at:%m-%d %H:%M}"
    return f"| {plain(words)} | {post.label} | {post.weight:.1%} | {linked(where, post.url)} |"
