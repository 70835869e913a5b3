"""What a brief refuses: "not React", "without Docker", "instead of Angular use Vue"."""

import re
from collections.abc import Sequence
from itertools import pairwise

from factory_flows.intent.lexicon import Lexicon

_HARD = re.compile(r"[.!?;:\n。！？；](?:\s|$)|[。！？；\n]")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_REACH = 5  # words between a refusal and what it refuses


def refused(lower: str, spans: Sequence[tuple[int, int]], lexicon: Lexicon) -> list[bool]:
    """For each span, in order of place, whether the text (in lower case) refuses it."""
    verdicts: list[bool] = []
    for group in _lists(lower, spans, lexicon):
        first, last = group[0], group[-1]
        before = (verdicts and spans[len(verdicts) - 1][1]) or 0
        after = spans[len(verdicts) + len(group)][0] if len(verdicts) + len(group) < len(spans) else len(lower)
        head = _said_before(lower[before : first[0]], lexicon)
        head = head or _is_left(lower[before : first[0]], lower[last[1] : after], lexicon)
        tail = _said_after(lower[last[1] : after], lexicon)
        for place in range(len(group)):
            joined = all(_joins(lower[a[1] : b[0]], lexicon) for a, b in pairwise(group))
            comma_only = len(group) > 1 and not joined and not _joins(lower[group[-2][1] : group[-1][0]], lexicon)
            by_head = head and (place == 0 or not comma_only)
            by_tail = tail and (place == len(group) - 1 or not comma_only)
            verdicts.append(by_head or by_tail)
    return verdicts


def _lists(lower: str, spans: Sequence[tuple[int, int]], lexicon: Lexicon) -> list[list[tuple[int, int]]]:
    groups: list[list[tuple[int, int]]] = []
    for span in spans:
        between = lower[groups[-1][-1][1] : span[0]].strip() if groups else "-"
        if groups and (between in {",", "/", "+", "、", "，"} or _joins(between, lexicon)):
            groups[-1].append(span)
        else:
            groups.append([span])
    return groups


def _joins(between: str, lexicon: Lexicon) -> bool:
    text = between.strip(" ,、，")
    return bool(text) and lexicon["and"].fullmatch(text) is not None


def _said_before(text: str, lexicon: Lexicon) -> bool:
    hard = list(_HARD.finditer(text))
    clause = text[hard[-1].end() :] if hard else text
    cues = list(lexicon["refuse"].finditer(clause))
    if not cues or any(each.end() >= cues[-1].end() for each in lexicon["only"].finditer(clause)):
        return False
    between = clause[cues[-1].end() :]
    if "," in between or "，" in between:
        return False
    if not lexicon.spaced:
        return len(between.strip()) <= 3
    said = _WORD.findall(between)
    turns = [each for each in lexicon["but"].finditer(between) if len(_WORD.findall(between[: each.start()])) > 2]
    return len(said) <= _REACH and not turns


def _is_left(head: str, tail: str, lexicon: Lexicon) -> bool:
    """Whether something is moved away from: "from Java to Kotlin"."""
    origins = list(lexicon["origin"].finditer(head))
    return bool(origins and not head[origins[-1].end() :].strip() and lexicon["destination"].fullmatch(tail.strip()))


def _said_after(text: str, lexicon: Lexicon) -> bool:
    stop = re.search(r"[.!?;:\n。！？；，、]|,(?!\s*(?:no|non|not|nicht|nein)\b)", text)
    clause = text[: stop.start()] if stop else text
    cue = lexicon["refused"].search(clause)
    return cue is not None and len(clause[: cue.start()].split()) <= 1 and len(clause[: cue.start()].strip()) <= 8
