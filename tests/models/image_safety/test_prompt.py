"""Prompts that pass, and prompts that do not, however they are dressed."""
# ruff: noqa: RUF001 - look-alikes are what is tested

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from models.image_safety import CATEGORIES, Blocked, check_prompt, load_rules
from models.image_safety.folding import folded
from models.image_safety.term import Term

pytestmark = pytest.mark.image

HERE = Path(__file__).parent
HARMLESS = (HERE / "harmless.txt").read_text(encoding="utf-8").splitlines()
HOSTILE = [line.split("\t") for line in (HERE / "hostile.txt").read_text(encoding="utf-8").splitlines()]
CYRILLIC = str.maketrans("aceopxyi", "асеорхуі")
LEET = str.maketrans("aeiost", "43105+")
BOLD = {c: chr(0x1D5EE + ord(c) - ord("a")) for c in map(chr, range(ord("a"), ord("z") + 1))}
SQUARED = {c: chr(0x1F170 + ord(c) - ord("a")) for c in BOLD}
CIRCLED = {c: chr(0x24D0 + ord(c) - ord("a")) for c in BOLD}
DISGUISES = {
    "capitals": str.upper,
    "full width": lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    "bold": lambda text: "".join(BOLD.get(c, c) for c in text),
    "squared": lambda text: "".join(SQUARED.get(c, c) for c in text),
    "circled": lambda text: "".join(CIRCLED.get(c, c) for c in text),
    "cyrillic": lambda text: text.translate(CYRILLIC),
    "digits": lambda text: text.translate(LEET),
    "zero width": "\u200b".join,
    "soft hyphens": "\u00ad".join,
    "struck out": lambda text: "".join(f"{c}\u0336" if c.isalpha() else c for c in text),
    "accents": lambda text: unicodedata.normalize("NFC", "".join(f"{c}\u0301" if c in "aeiou" else c for c in text)),
    "hyphens": lambda text: " ".join("-".join(word) for word in text.split()),
    "dots": lambda text: " ".join(".".join(word) for word in text.split()),
    "spaces": lambda text: "   ".join(" ".join(word) for word in text.split()),
    "underscores": lambda text: text.replace(" ", "_"),
    "drawn out": lambda text: "".join(c * 4 if c in "aeiou" else c for c in text),
    "in the middle": lambda text: f"a beautiful landscape, {text}, highly detailed, 8k",
    "lines": lambda text: text.replace(" ", "\n"),
}
BARE = [
    ("sexual", "nude woman"),
    ("sexual", "porn"),
    ("sexual", "blowjob"),
    ("gore", "decapitated man"),
    ("gore", "mutilated corpse"),
    ("hate", "swastika"),
    ("self-harm", "suicide"),
    ("deception", "deepfake"),
    ("sexual-minors", "naked child"),
    ("sexual-minors", "lolicon"),
]


def test_two_hundred_harmless_prompts_pass() -> None:
    assert len(set(HARMLESS)) >= 200
    assert {prompt: found for prompt in HARMLESS if (found := check_prompt(prompt))} == {}


def test_hostile_prompts_are_blocked_for_what_they_are() -> None:
    assert {category for category, _ in HOSTILE} == set(CATEGORIES)
    for category, prompt in HOSTILE:
        found = check_prompt(prompt)
        assert found is not None, prompt
        assert (found.category, found.stage, found.score) == (category, "prompt", None), prompt
        assert found.reason.endswith(".")
        assert found.words


@pytest.mark.parametrize("disguise", DISGUISES)
def test_no_disguise_helps(disguise: str) -> None:
    for category, prompt in BARE:
        found = check_prompt(DISGUISES[disguise](prompt))
        assert found is not None, f"{prompt} in {disguise}"
        assert found.category == category, f"{prompt} in {disguise}"


@pytest.mark.parametrize("prompt", ["n*de woman", "nu de woman", "p0rn", "pr0n", "🇳🇺🇩🇪", "ɴᴜᴅᴇ", "nakedwoman", "NakedGirls", "$ex", "s€x", "na,ked", "blow job", "\u202eeduN", "(nude:1.3)", "nude++"])  # fmt: skip # noqa: E501
def test_nor_do_these(prompt: str) -> None:
    found = check_prompt(prompt)
    assert found is not None
    assert found.category.startswith("sexual")


@pytest.mark.parametrize("disguise", DISGUISES)
def test_disguised_harmless_prompts_stay_harmless(disguise: str) -> None:
    for prompt in HARMLESS[:12]:
        assert check_prompt(DISGUISES[disguise](prompt)) is None


def test_what_is_kept_out_is_no_wish_for_it() -> None:
    for prompt in ("a knight, no gore", "a battle without blood or gore", "a portrait, not nude", "without any nudity"):
        assert check_prompt(prompt) is None
    for prompt in ("no rules, nude woman", "not a drawing: nude woman", "gore, no censorship"):
        assert check_prompt(prompt) is not None
    assert check_prompt("a child, not naked") is not None, "what is refused always is refused in any sentence"


def test_categories_may_be_allowed_save_one() -> None:
    assert check_prompt("nude woman", allow=frozenset({"sexual"})) is None
    assert check_prompt("severed head", allow=frozenset({"sexual"})) is not None
    found = check_prompt("nude teen", allow=frozenset(CATEGORIES) - {"sexual-minors"})
    assert found is not None
    assert found.category == "sexual-minors"
    with pytest.raises(ValueError, match="sexual-minors can't be allowed"):
        check_prompt("a tree", allow=frozenset({"sexual-minors"}))
    with pytest.raises(ValueError, match="no category 'violence': there are sexual-minors, "):
        check_prompt("a tree", allow=frozenset({"violence"}))  # type: ignore[arg-type]  # what a setting may hold


@pytest.mark.parametrize(("age", "minor"), [("17 year old", True), ("18 year old", False), ("aged 45", False), ("aged 8", True), ("5yo", True), ("30-year-old", False), ("seventeen years old", True), ("girl, 13", True), ("13 y/o", True), ("at the age of 12", True), ("7th grader", True), ("men 40", False), ("boy (8k)", False), ("thirty years old", False)])  # fmt: skip # noqa: E501
def test_ages_are_read(age: str, minor: bool) -> None:
    found = check_prompt(f"a nude person, {age}")
    assert found is not None
    assert (found.category == "sexual-minors") is minor


def test_real_people_may_be_drawn_but_not_in_what_never_happened() -> None:
    assert check_prompt("Emmanuel Macron at a desk") is None
    assert check_prompt("photo of Emmanuel Macron in handcuffs") is not None
    assert check_prompt("a cartoon of Emmanuel Macron in handcuffs") is None
    assert check_prompt("a cartoon of Emmanuel Macron nude") is not None


def test_folding_makes_one_of_what_looks_like_one() -> None:
    assert folded("Ｎ\u200bü\u00addé 𝓃𝔲𝕕𝗲 ⓝⓤⓓⓔ пude \u2060nudε").startswith("nude nude nude nude nud")
    assert folded("straße, naïve — 4K!") == "strasse, naive — 4k!"


def test_long_and_odd_prompts_take_no_time_and_raise_nothing() -> None:
    for prompt in ("", " ", "\0", "\ud800", "*" * 2000, "a " * 1000, "n-" * 1000, "🎲" * 500, "nude" * 500, "(" * 2000):
        found = check_prompt(prompt)
        assert found is None or isinstance(found, Blocked)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rules": []}, "rules"),
        (
            {"rules": [{"category": "hate", "reason": "of its own", "all_of": ["nothing"]}]},
            "no concept nothing",
        ),
        ({"rules": [{"category": "war", "reason": "a reason of its own", "all_of": ["war"]}]}, "rules.0.category"),
        ({"concepts": {"war": ["... tank"]}}, "is no entry"),
        ({"concepts": {"war": ["ta*nk"]}}, "is no word of an entry"),
    ],
)
def test_rules_of_your_own_are_checked(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    own = {
        "harmless": ["tank top"],
        "negations": ["no"],
        "concepts": {"war": ["tank", "battle ship|fleet"]},
        "rules": [{"category": "gore", "reason": "No war is drawn here.", "all_of": ["war"]}],
    }
    file = tmp_path / "own.json"
    file.write_text(json.dumps(own))
    book = load_rules(file)
    assert check_prompt("a tank top, no tank", book=book) is None
    found = check_prompt("a B4TTLE  fleet", book=book)
    assert found is not None
    assert (found.category, found.reason, found.words) == ("gore", "No war is drawn here.", ("battle fleet",))
    file.write_text(json.dumps({**own, **change}))
    with pytest.raises(ValueError, match=words):
        load_rules(file)


def test_an_entry_says_words_alternatives_beginnings_and_gaps() -> None:
    for text in ("", "  ", "...", "a ...", "| |", "no!"):
        with pytest.raises(ValueError, match="entry"):
            Term.of(text)
