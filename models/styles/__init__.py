"""Named styles: words for models that follow them, and a grade that makes every model's pictures look the part.

`styles()` gives the library by id, `style(id)` one of it (`UnknownStyle` names the nearest ids);
`apply_style(prompt, negative, style)` gives the words with the style's around them, `grade(pixels, style)` the picture
as the style shows it, and `grade_light(light, style)` scene-linear light with the style's tone.
"""

from models.styles.grading import grade, grade_light
from models.styles.library import UnknownStyle, load_styles, style, styles
from models.styles.style import Grade, Style, StyleSettings, Tone
from models.styles.wording import apply_style

__all__ = [
    "Grade",
    "Style",
    "StyleSettings",
    "Tone",
    "UnknownStyle",
    "apply_style",
    "grade",
    "grade_light",
    "load_styles",
    "style",
    "styles",
]
