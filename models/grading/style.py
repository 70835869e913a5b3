"""The grade of a named style."""

from models.grading.grade import Grade
from models.styles import Style


def grade_of(style: Style) -> Grade:
    """What the style does to light: its tone. What it does to finished pictures (grain, ink, dots) is not for video."""
    tone = style.tone
    return Grade(
        exposure=tone.exposure, temperature=tone.temperature, saturation=tone.saturation, contrast=tone.contrast
    )
