"""What must not be drawn or given out, with an explicit outcome.

`check_prompt(prompt, allow=…)` gives `Blocked` (category, reason) or None. `screen_picture(pixels, classifier, allow)`
gives a `Screening`: `blocked`, `fault` for a blank picture, and a note where no classifier is configured. The
classifier is `models.image_safety.classifier.PictureClassifier.load(folder)`, which loads torch and transformers.
"""

from models.image_safety.blank import blankness
from models.image_safety.blocked import ALWAYS, CATEGORIES, Blocked, Category, checked_allowance
from models.image_safety.output import Screening, screen_picture
from models.image_safety.prompt import check_prompt
from models.image_safety.rules import Rules, load_rules, rules

__all__ = [
    "ALWAYS",
    "CATEGORIES",
    "Blocked",
    "Category",
    "Rules",
    "Screening",
    "blankness",
    "check_prompt",
    "checked_allowance",
    "load_rules",
    "rules",
    "screen_picture",
]
