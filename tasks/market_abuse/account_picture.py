"""The picture of risky accounts: how the probabilities spread, and the likeliest with their figures."""

from typing import Final

from tasks.market_abuse.assessment import Assessment
from tasks.market_abuse.plain import drawable
from tasks.market_abuse.style import INK, PALE, QUIET, RED, clean, new_figure, png, write_reasons
from tasks.market_abuse.trading import Trading

SHOWN: Final = 3


def account_picture(trading: Trading, assessment: Assessment) -> bytes:
    """A PNG, 1600 x 900 pixels. The same input gives the same bytes."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    score = assessment.account_scores
    assert score is not None  # noqa: S101 - asked for where accounts were judged
    count = len(assessment.findings)
    figure = new_figure(
        f"{count:,} of {len(trading):,} accounts look like fraud",
        f"by {assessment.model} {assessment.model_version}   ·   calibrated probability, by each account's own figures",
    )
    axes = figure.add_axes((0.07, 0.12, 0.4, 0.68))
    edges = np.linspace(0, 1, 41).tolist()
    least = min((one.score for one in assessment.findings), default=1.01)
    for rows, colour, label in ((score < least, PALE, "not flagged"), (score >= least, RED, f"flagged  {count:,}")):
        axes.hist(score[rows], edges, color=colour, label=label, rwidth=0.92)
    axes.set_yscale("symlog", linthresh=10)
    axes.set_xlabel("probability of fraud", fontsize=9.5, color=QUIET)
    axes.set_xlim(0, 1)
    clean(axes)
    axes.legend(loc="upper center", ncols=2, frameon=False, fontsize=9.5, labelcolor=INK)
    figure.text(0.07, 0.835, "accounts by probability", fontsize=9.5, color=QUIET, va="center")
    figure.text(0.54, 0.835, "The likeliest, and which figures say so (share in the log-odds)", fontsize=11,
                fontweight="bold", color=INK, va="center")  # fmt: skip
    place = 0.79
    for one in assessment.findings[:SHOWN]:
        figure.text(0.54, place, f"{drawable(one.accounts[0], 44)}   {one.score:.1%}", fontsize=10.5,
                    fontweight="bold", color=RED, va="top", parse_math=False)  # fmt: skip
        place = write_reasons(figure, 0.54, place - 0.034, one.reasons[1:5], 66) - 0.012
    return png(figure)
