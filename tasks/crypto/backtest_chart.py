"""The picture of a backtest: skill over the random walk and coverage, step by step ahead."""

from typing import TYPE_CHECKING

from tasks.crypto.panel import COLOURS, QUIET, finish, png, two_panels

if TYPE_CHECKING:
    from tasks.crypto.backtest import BacktestRun


def backtest_chart(backtest: "BacktestRun") -> bytes:
    """1600 x 800 pixels, PNG."""
    told = (
        f"{backtest.symbols} symbols, {backtest.start:%Y-%m-%d} to {backtest.end:%Y-%m-%d} UTC, candles of "
        f"{backtest.timeframe}; each forecast knows only what came before it"
    )
    figure, skill, coverage = two_panels("Backtest of price forecasts", told)
    steps = range(1, backtest.horizon + 1)
    marker = "o" if backtest.horizon == 1 else None
    for measured in backtest.metrics:
        colour, name = COLOURS.get(measured.model, QUIET), measured.model
        by_step = backtest.by_step[name]
        label = f"{name}: {measured.crps_skill:+.1%}"
        skill.plot(steps, 100 * by_step.crps_skill, color=colour, linewidth=1.8, label=label, marker=marker)
        coverage.plot(steps, 100 * by_step.coverage_80, color=colour, linewidth=1.6, marker=marker)
        coverage.plot(
            steps, 100 * by_step.coverage_95, color=colour, linewidth=1.6, linestyle=(0, (5, 2)), marker=marker
        )
    worst = min(min(100 * by_step.crps_skill) for by_step in backtest.by_step.values())
    if worst < -4:  # a seasonal naive would press all others onto one line
        best = max(max(100 * by_step.crps_skill) for by_step in backtest.by_step.values())
        skill.set_ylim(-4, max(best * 1.2, 2))
    skill.axhline(0, color=QUIET, linewidth=1)
    for level in (80, 95):
        coverage.axhline(level, color=QUIET, linewidth=1, linestyle=(0, (1, 2)))
    coverage.set_ylim(60, 101)
    finish(skill, "CRPS skill over the random walk", "candles ahead", "%")
    finish(coverage, "Outcomes inside the interval: 80 % (solid), 95 % (dashed)", "candles ahead", "%")
    figure.legend(*skill.get_legend_handles_labels(), loc="lower left", bbox_to_anchor=(0.055, 0.015), ncols=3,
                  frameon=False, fontsize=9.5)  # fmt: skip
    return png(figure)
