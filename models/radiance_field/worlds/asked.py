"""What a prompt asks for, in the lexicon's words."""

from dataclasses import dataclass, field
from typing import Final

from models.radiance_field.worlds.lexicon import LEXICON, LONGEST, Meaning, Phrase

MOST_WORDS: Final = 200
MOST_THINGS: Final = 24
_LONGEST_WORD: Final = 40


@dataclass
class Thing:
    """Some things that are alike. What the prompt does not say is None or empty."""

    shape: str
    colour: str | None = None
    size: str | None = None
    finish: str | None = None
    pattern: str | None = None
    count: int = 1
    motions: list[str] = field(default_factory=list)
    upon: bool = False
    """It stands on the thing that is named after it."""


@dataclass
class Asked:
    """What a prompt asks for.

    Attributes:
        floor: The colour of the ground.
        motions: Those that belong to no thing: of the world's clouds, or of whoever looks.
        said: Each phrase that was understood and what it was taken for.
        unknown: Words that mean nothing here.
    """

    things: list[Thing] = field(default_factory=list)
    ground: str | None = None
    floor: str | None = None
    pattern: str | None = None
    time: str | None = None
    sky: str | None = None
    futuristic: bool = False
    motions: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def asked(prompt: str) -> Asked:
    """Read a prompt: the longest phrase that is known, again and again. Any text will do."""
    heard = Asked()
    ahead: dict[str, str] = {}
    moving: list[str] = []
    for phrase, meaning in _phrases(prompt):
        if meaning is None:
            if phrase[0] not in heard.unknown:
                heard.unknown.append(phrase[0])
            continue
        part, value = meaning
        if part == "nothing":
            continue
        if phrase not in {("a",), ("an",)}:
            heard.said.append(f"{' '.join(phrase)}: {part} {value}")
        _hear(heard, ahead, moving, part, value)
    heard.motions += moving
    if heard.things and ahead.get("colour") and heard.things[-1].colour is None:
        heard.things[-1].colour = ahead["colour"]  # "balls in red"
    return heard


def _hear(heard: Asked, ahead: dict[str, str], moving: list[str], part: str, value: str) -> None:
    """Take one phrase: words before a thing belong to it, a motion after one to that."""
    match part:
        case "shape":
            _name(heard, ahead, moving, value)
        case "motion" if heard.things and not ahead:
            heard.things[-1].motions.append(value)
        case "motion":
            moving.append(value)
        case "join":
            if value == "upon" and heard.things:
                heard.things[-1].upon = True
        case "metal":
            ahead.update(colour=value, finish="metal")
        case "floor" | "ground" | "sky" | "time" | "style":
            _surround(heard, ahead, part, value)
        case _:
            ahead[part] = value


def _name(heard: Asked, ahead: dict[str, str], moving: list[str], shape: str) -> None:
    room = MOST_THINGS - sum(thing.count for thing in heard.things)
    if room > 0:
        thing = Thing(shape, ahead.get("colour"), ahead.get("size"), ahead.get("finish"), ahead.get("pattern"))
        thing.count, thing.motions = min(int(ahead.get("count", 1)), room), list(moving)
        heard.things.append(thing)
    ahead.clear()
    moving.clear()


def _surround(heard: Asked, ahead: dict[str, str], part: str, value: str) -> None:
    if part == "style":
        heard.futuristic = True
    elif part == "time":
        heard.time = value
    else:
        if part == "ground":
            heard.ground = value
        if part == "sky":
            heard.sky = value
        else:
            heard.floor, heard.pattern = ahead.get("colour", heard.floor), ahead.get("pattern", heard.pattern)
        ahead.clear()


def _phrases(prompt: str) -> list[tuple[Phrase, Meaning | None]]:
    words = _words(prompt)
    found: list[tuple[Phrase, Meaning | None]] = []
    start = 0
    while start < len(words):
        for length in range(min(LONGEST, len(words) - start), 0, -1):
            phrase = tuple(words[start : start + length])
            if phrase in LEXICON:
                found.append((phrase, LEXICON[phrase]))
                break
        else:
            length = 1
            found.append(((words[start],), None))
        start += length
    return found


def _words(prompt: str) -> list[str]:
    """Letters and digits in lower case; what is between them parts words."""
    # The bound on characters first: a prompt may be megabytes of one word.
    text = prompt[: MOST_WORDS * _LONGEST_WORD].casefold()
    words = "".join(letter if letter.isalnum() else " " for letter in text).split()
    return [word[:_LONGEST_WORD] for word in words[:MOST_WORDS]]
