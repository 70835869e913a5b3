"""Light between what a video model gives and what is encoded: made from its pictures, graded, shown on a screen.

Everything streams, and a segment [a, b) needs the pictures [a, b) alone, with what was measured of their scenes before:

    parts = [measure_tones(pictures(0), 0, cuts), measure_tones(pictures(60), 60, cuts)]   # anywhere, in any order
    scenes = join_tones(parts, cuts)
    light = graded(to_light(pictures(60), 60, scenes), grade_of(style("cinematic")))       # and 0, elsewhere

All pictures of a scene share one curve, so that nothing flickers. `treatment` says what is done to a model's pictures,
for the result to state.
"""

from models.grading.grade import CannotGrade, Grade
from models.grading.grading import grade_frame, graded
from models.grading.light import to_light
from models.grading.screen import to_screen
from models.grading.style import grade_of
from models.grading.tones import SceneTones, UnmeasuredScene, join_tones, measure_tones
from models.grading.treatment import Treatment, treatment

__all__ = [
    "CannotGrade",
    "Grade",
    "SceneTones",
    "Treatment",
    "UnmeasuredScene",
    "grade_frame",
    "grade_of",
    "graded",
    "join_tones",
    "measure_tones",
    "to_light",
    "to_screen",
    "treatment",
]
