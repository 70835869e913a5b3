"""The words that a prompt for a world may have, and what each means.

The words for colours, shapes, sizes, counts, times and grounds are those of the embedded image model's scenes, so that
one prompt draws a picture and a world of the same; here come those for what only a world has.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from models.embedded_image.scenes import palette, vocabulary
from models.radiance_field.worlds.things import SHAPES

Part = Literal[
    "shape", "colour", "metal", "size", "finish", "pattern", "count", "motion", "time", "ground", "sky", "style",
    "floor", "join", "nothing",
]  # fmt: skip
Meaning = tuple[Part, str]
Phrase = tuple[str, ...]

_SHAPES: Final = {
    "ball": ("globe", "bubble", "bead", "planet", "moon"),
    "cube": ("box", "crate"),
    "cylinder": ("pillar", "column", "tube", "barrel"),
    "ring": ("torus", "doughnut"),
    "diamond": ("octahedron", "crystal", "gem"),
    "pyramid": ("pyramid",),
    "tree": ("tree", "pine", "fir"),
    "tower": ("tower", "skyscraper", "building"),
    "house": ("house", "cottage", "hut"),
    "snowman": ("snowman",),
    "rocket": ("rocket", "spaceship", "spacecraft"),
    "mushroom": ("mushroom", "toadstool"),
    "lamp": ("lamp", "lantern", "street lamp"),
}
_FINISHES: Final = {
    "shiny": ("reflective", "ceramic", "plastic", "glazed"),
    "metal": ("metal", "metallic", "chrome", "steel", "mirror", "mirrored"),
    "glowing": ("neon", "shining", "lit", "burning", "radiant"),
}
_COLOURS: Final = {
    "any": ("colourful", "colorful", "rainbow", "multicoloured", "multicolored", "many coloured", "many colored"),
}
_METALS: Final = {"yellow": ("gold", "brass"), "orange": ("copper", "bronze"), "gray": ("iron", "titanium")}
_PATTERNS: Final = {
    "checker": ("checkered", "chequered", "checkerboard", "checked"),
    "stripes": ("striped", "stripy"),
}
_COUNTS: Final = {
    "1": ("a", "an", "one", "single", "1"),
    "5": ("five", "5", "several", "some", "a few"),
    "6": ("six", "6", "half a dozen"),
    "7": ("seven", "7", "many", "lots of"),
    "8": ("eight", "8"),
    "9": ("nine", "9"),
    "10": ("ten", "10"),
    "12": ("twelve", "12", "a dozen", "dozen"),
}
_MOTIONS: Final = {
    "orbit": ("orbiting", "orbit", "orbits", "circling", "circle around", "revolving", "going around"),
    "spin": ("spinning", "spin", "spins", "rotating", "turning", "twirling", "whirling"),
    "bounce": ("bouncing", "bounce", "bounces", "jumping", "hopping"),
    "bob": ("floating", "float", "floats", "hovering", "bobbing", "levitating", "swinging"),
    "pulse": ("pulsing", "pulsating", "breathing", "throbbing"),
    "tumble": ("tumbling", "rolling", "flipping"),
    "rise": ("rising", "ascending", "taking off", "launching"),
    "fall": ("falling", "dropping", "sinking", "descending"),
    "fly": ("flying", "fly", "flies", "soaring", "drifting", "moving", "driving", "flight", "passing"),
    "change": ("changing colour", "changing color", "changing colours", "changing colors", "colour changing",
               "color changing", "iridescent"),
}  # fmt: skip
_TIMES: Final = {
    "dawn": ("dawn", "sunrise", "morning"),
    "day": ("day", "daylight", "noon", "midday", "sunny", "daytime", "summer"),
    "sunset": ("sunset", "dusk", "evening", "twilight", "golden hour"),
    "night": ("night", "midnight", "dark", "moonlight", "moonlit", "nocturnal", "starry"),
}
_GROUNDS: Final = {
    "city": ("city", "cityscape", "skyline", "metropolis", "downtown", "town", "megacity", "streets", "street"),
    "forest": ("forest", "wood", "jungle", "grove", "trees"),
    "mountains": ("mountain", "mountains", "alps", "peaks", "valley"),
    "desert": ("desert", "dunes", "sahara"),
    "sea": ("sea", "ocean", "lake", "island", "coast", "beach", "water"),
    "hills": ("hills", "hill", "meadow", "countryside", "field", "fields", "garden"),
}
_SKIES: Final = {"cloudy": ("clouds", "cloud", "cloudy", "overcast", "fog", "mist"), "clear": ("clear sky",)}
_STYLES: Final = {
    "futuristic": (
        "futuristic",
        "cyberpunk",
        "sci fi",
        "scifi",
        "science fiction",
        "future",
        "high tech",
        "blade runner",
    ),
}
_FLOORS: Final = {
    "floor": ("floor", "platform", "table", "ground", "plane", "slab", "pedestal"),
    "backdrop": ("background", "backdrop", "wall", "room"),
}
_JOINS: Final = {
    "upon": ("on top of", "above", "upon", "over", "atop", "stacked on"),
    "around": ("around", "round"),
}
# What joins words or asks for a picture at all; it says nothing about what is in it.
_NOTHING: Final = (
    "the", "of", "with", "and", "in", "on", "at", "by", "under", "to", "from", "into", "out", "its", "it", "is",
    "are", "that", "this", "there", "through", "across", "along", "between", "beside", "near", "next", "behind",
    "before", "front", "s", "as", "for", "while", "slowly", "quickly", "fast", "slow", "gently", "smoothly", "up",
    "down", "off", "picture", "photo", "image", "render", "video", "clip", "film", "movie", "shot", "scene", "view",
    "world", "animation", "animated", "3d", "4d", "hd", "uhd", "please", "draw", "me", "show", "make", "create",
    "generate", "camera", "sky", "air", "space", "setting", "landscape", "ultra", "very", "high", "low", "resolution",
    "quality", "detailed", "nice", "pretty", "epic", "style", "lighting", "light", "lights", "color", "colour",
    "colors", "colours", "colored", "coloured",
)  # fmt: skip


def _phrases(words: Iterable[str]) -> set[Phrase]:
    return {tuple(word.replace("-", " ").split()) for word in words if word.strip()}


def _several(phrase: Phrase) -> Phrase:
    """Of more than one, for the last word."""
    *before, last = phrase
    return (
        *before,
        {"die": "dice", "snowman": "snowmen"}.get(last, last + ("es" if last.endswith(("s", "x", "sh")) else "s")),
    )


def _meanings(part: Part, *tables: Mapping[str, Iterable[str]]) -> dict[Phrase, Meaning]:
    return {
        phrase: (part, meaning)
        for table in tables
        for meaning, words in table.items()
        for phrase in _phrases((*words, meaning))
    }


def _lexicon() -> dict[Phrase, Meaning]:
    """Where a phrase has two meanings the later one here wins."""
    empty = dict.fromkeys((*_NOTHING, *vocabulary.EMPTY, *vocabulary.OPENINGS), ())
    shapes = {name: words for name, words in vocabulary.SHAPES.items() if name in SHAPES}
    shaped = _meanings("shape", shapes, _SHAPES)
    known = (
        _meanings("nothing", empty)
        | _meanings("sky", vocabulary.SKIES, _SKIES)
        | _meanings("ground", vocabulary.GROUNDS, _GROUNDS)
        | _meanings("time", vocabulary.TIMES, _TIMES)
        | _meanings("floor", _FLOORS)
        | _meanings("join", _JOINS)
        | _meanings("motion", _MOTIONS)
        | _meanings("count", {str(count): words for count, words in vocabulary.COUNTS.items()}, _COUNTS)
        | _meanings("pattern", _PATTERNS)
        | _meanings("finish", vocabulary.FINISHES, _FINISHES)
        | _meanings("size", vocabulary.SIZES)
        | _meanings("colour", palette.WORDS, _COLOURS)
        | _meanings("metal", _METALS)
        | {_several(phrase): meaning for phrase, meaning in shaped.items()}
        | shaped
    )
    # A style is read by itself, so that it counts whatever it stands before.
    known = {phrase: meaning for phrase, meaning in known.items() if "futuristic" not in phrase}
    return known | _meanings("style", _STYLES)


LEXICON: Final = _lexicon()
"""Phrases, words in lower case, to what they mean."""
LONGEST: Final = max(map(len, LEXICON))
