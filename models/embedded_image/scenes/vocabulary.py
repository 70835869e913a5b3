"""The words that people have for what a scene holds; whoever describes scenes or reads prompts has them from here."""

from typing import Final

# The first word of each is the grammar's.
SHAPES: Final = {
    "circle": ("circle", "disc", "round dot"),
    "square": ("square", "flat square", "square box"),
    "triangle": ("triangle", "triangular shape"),
    "star": ("star", "five pointed star"),
    "heart": ("heart", "love heart", "heart shape"),
    "diamond": ("diamond", "rhombus", "diamond shape"),
    "cross": ("cross", "plus sign"),
    "ring": ("ring", "hoop", "donut"),
    "ball": ("ball", "sphere", "orb"),
    "cube": ("cube", "block", "die"),
    "cylinder": ("cylinder", "can", "drum"),
    "cone": ("cone", "pointed cone"),
}
SIZES: Final = {
    "small": ("small", "tiny", "little"),
    "medium": ("medium", "", "medium sized"),
    "large": ("large", "big", "huge"),
}
FINISHES: Final = {
    "matte": ("", "", "matte"),
    "shiny": ("shiny", "glossy", "polished"),
    "glowing": ("glowing", "luminous", "bright glowing"),
}
COUNTS: Final = {2: ("two", "2", "a pair of"), 3: ("three", "3"), 4: ("four", "4")}
TIMES: Final = {
    "dawn": ("at dawn", "at sunrise", "in the early morning"),
    "day": ("by day", "at noon", "in daylight", "on a sunny day"),
    "sunset": ("at sunset", "at dusk", "in the evening"),
    "night": ("at night", "at midnight", "in the dark night"),
}
GROUNDS: Final = {
    "sea": ("the sea", "the ocean", "a calm sea"),
    "hills": ("green hills", "a meadow", "rolling hills"),
    "mountains": ("mountains", "snowy mountains", "a mountain range"),
    "desert": ("a desert", "sand dunes", "a sandy desert"),
    "forest": ("a forest", "a pine forest", "woods"),
    "city": ("a city", "a city skyline", "skyscrapers", "a futuristic city"),
}
SKIES: Final = {
    "clear": ("under a clear sky", "with a clear sky", ""),
    "cloudy": ("under a cloudy sky", "with clouds", "with clouds in the sky"),
}
MATERIALS: Final = {
    "bricks": ("bricks", "brick wall", "brickwork"),
    "planks": ("wooden planks", "wood boards", "wood"),
    "tiles": ("tiles", "tiled floor", "checkered tiles"),
    "stones": ("stones", "cobblestones", "stone wall"),
    "sand": ("sand", "rippled sand"),
    "marble": ("marble", "polished marble"),
    "fabric": ("fabric", "woven cloth", "textile"),
    "metal": ("brushed metal", "metal plate", "steel"),
}
OPENINGS: Final = ("", "", "", "a picture of", "a photo of", "an image of", "draw", "a render of", "please draw me")
# Words that say nothing about what is seen: a prompt may be full of them.
EMPTY: Final = (
    "beautiful", "highly detailed", "4k", "8k", "photorealistic", "masterpiece", "cinematic lighting", "digital art",
    "sharp focus", "trending", "award winning", "hdr", "minimalist", "professional", "dramatic", "simple", "realistic",
    "ultra realistic", "concept art", "high quality", "elegant", "stunning",
)  # fmt: skip
