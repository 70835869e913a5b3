"""What users of a classifier should know, for its card."""

from typing import Final

STOCK_POSTS: Final = (
    "The posts it learned from are mostly about stocks; no labelled set of crypto posts was at hand, so how well it "
    "reads those was not measured.",
    "Words of forums (moon, rekt, rug) it knows from an own list; what the list weighs was learned from stock posts.",
)
TFIDF: Final = (
    "English only. It reads words, not sentences: irony, questions, quotations and most negations mislead it.",
    "One post's label is a hint, many together say more; its confusion matrix tells which labels it mixes up.",
)
