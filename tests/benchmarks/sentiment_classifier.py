"""How well posts are told apart: repeated grouped cross-validation, the posts held out, a constant, and VADER.

Run: python tests/benchmarks/sentiment_classifier.py [labelled.csv]. Without a file it takes the shared data's. Prints
a table; fails (exit 1) where the shipped classifier is below macro-F1 0.77 on the posts held out. VADER is compared
where `vaderSentiment` is installed; the project does not need it.
"""

import sys
import time
from pathlib import Path

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

sys.path.insert(0, str(Path(__file__).parents[2]))

from models.sentiment.classifier import Floats
from models.sentiment.evaluation import confusion, macro_f1, macro_f1_interval, measure
from models.sentiment.label import BEARISH, BULLISH, NEUTRAL
from models.sentiment.learning import held_out, split_posts
from models.sentiment.storage import load_classifier
from models.sentiment.training import Indices, Parameters, fit_linear, margins_of
from tasks.sentiment.labelled_file import read_labelled

SHARED = Path(__file__).parents[3] / "shared/data/crypto/twitter_financial_news_sentiment_train.csv"
REPEATS, FOLDS, BAR = 2, 5, 0.77


def cross_validated(texts: list[str], labels: Indices, groups: list[int], parameters: Parameters) -> Floats:
    """Macro-F1 of each fold; near-duplicates are kept together."""
    found = []
    for repeat in range(REPEATS):
        splits = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=repeat)
        for seen, unseen in splits.split(np.zeros(len(texts)), labels, groups):
            fit = fit_linear([texts[index] for index in seen], labels[seen], parameters)
            said = margins_of(fit, [texts[index] for index in unseen]).argmax(axis=1)
            found.append(macro_f1(labels[unseen], said))
    return np.array(found)


def vader(texts: list[str]) -> Indices | None:
    """VADER's labels by its own thresholds; None where it is not installed."""
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError:
        return None
    analyser = SentimentIntensityAnalyzer()
    scores = np.array([analyser.polarity_scores(text)["compound"] for text in texts])
    return np.where(scores >= 0.05, BULLISH, np.where(scores <= -0.05, BEARISH, NEUTRAL))


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED
    if not path.is_file():
        sys.exit(f"{path} is not there: give a CSV with the columns text and label.")
    posts, _ = read_labelled(path, path.name)
    split = split_posts(posts)
    trained = split.trained
    for name, index in (("all posts", np.arange(len(posts.texts))), ("posts to train on alone", trained)):
        texts, groups = [posts.texts[place] for place in index], split.groups[index].tolist()
        for parameters in (Parameters(), Parameters(naive_bayes=0.0), Parameters(regularisation=0.2)):
            if name == "all posts" and parameters != Parameters():
                continue
            started = time.perf_counter()
            folds = cross_validated(texts, posts.labels[index], groups, parameters)
            print(
                f"{REPEATS} x {FOLDS} grouped folds of {name}, C={parameters.regularisation}, "
                f"NB={parameters.naive_bayes}: macro-F1 {folds.mean():.4f} (sd of folds {folds.std():.4f}), "
                f"{time.perf_counter() - started:.0f} s",
                flush=True,
            )
    texts, labels, groups = held_out(posts, split)
    shipped = measure(load_classifier(), texts, labels, groups)
    rows = [("shipped classifier", shipped.macro_f1, shipped.accuracy)]
    for name, said in (("always neutral", np.full_like(labels, NEUTRAL)), ("VADER", vader(texts))):
        if said is not None:
            table = confusion(labels, said)
            rows.append((name, macro_f1_interval(labels, said, groups), float(np.trace(table) / table.sum())))
    print(f"\nOn {len(labels):,} posts held out:\n{'':22}{'macro-F1':>10}{'95 % interval':>18}{'accuracy':>10}")
    for name, f1, accuracy in rows:
        print(f"{name:22}{f1.value:10.3f}{f'{f1.lower:.3f} to {f1.upper:.3f}':>18}{accuracy:10.3f}")
    print(f"log loss {shipped.log_loss:.3f}, calibration error {shipped.calibration_error:.3f}")
    if shipped.macro_f1.value < BAR:
        sys.exit(f"below {BAR}")


if __name__ == "__main__":
    main()
