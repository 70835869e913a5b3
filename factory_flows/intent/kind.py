"""What is to be done, and to what kind of application."""

import re

from factory_flows.intent.intent import ApplicationType, IntentType
from factory_flows.intent.lexicon import Lexicon
from factory_flows.intent.refusal import refused

_WORDS_OF_OBJECT = re.compile(r"[^.!?\n。！？]{0,60}")
_CHANGES = {"add": IntentType.ADD_FEATURE, "modify": IntentType.MODIFY_FEATURE, "deploy": IntentType.DEPLOY}


def intent_type(lower: str, lexicon: Lexicon, technical: bool) -> IntentType:  # noqa: PLR0911 - one a case
    """By the first cue of the text; a cue to create is weighed by what it is to create."""
    first = {
        cue: match.start()
        for cue in ("create", "add", "modify", "fix", "deploy", "document")
        if (match := lexicon[cue].search(lower))
    }
    app = lexicon["app"].search(lower)
    digital = bool(app) or technical or lexicon.says("software", lower) or lexicon.says("component", lower)
    if not digital and "fix" not in first and "document" not in first:
        managed = (lexicon.says("manage", lower) or lexicon.says("has", lower)) and "create" in first
        return IntentType.CREATE_APPLICATION if managed else IntentType.UNKNOWN
    if lexicon.spaced:
        early = sorted(first, key=lambda cue: (first[cue], cue == "create"))
    else:  # verbs come last, and a change is the more special wish
        early = [cue for cue in ("fix", "deploy", "document", "modify", "add", "create") if cue in first]
        if "create" in first and app and not {"fix", "deploy", "document"} & set(early):
            early = [cue for cue in early if cue in {"create", "add"}][::-1]
    for cue in early:
        if cue == "create":
            return _created(lower[first["create"] :], lexicon) or (_strongest(early) or IntentType.CREATE_APPLICATION)
        if cue == "fix":
            return IntentType.FIX_BUG if digital else IntentType.UNKNOWN
        if cue == "document":
            if app and app.start() < first["document"] and not lexicon.says("create", lower):
                continue
            return IntentType.DOCUMENT
        return _CHANGES[cue]
    if not app and technical and lexicon.says("component", lower):
        return IntentType.GENERATE_COMPONENT
    return IntentType.CREATE_APPLICATION if app else IntentType.UNKNOWN


def _created(text: str, lexicon: Lexicon) -> IntentType | None:
    """What "create …" is to create: a component or a document, where that comes before any application."""
    verb = lexicon["create"].match(text)
    rest = text[verb.end() if verb else 0 :]
    match = _WORDS_OF_OBJECT.match(rest)
    wish = match.group() if match and lexicon.spaced else text[:60]
    places = {
        cue: found.start() for cue in ("app", "component", "document", "add", "modify", "fix", "deploy")
        if (found := lexicon[cue].search(wish))
    }  # fmt: skip
    if not places:
        return None
    nearest = min(places, key=places.__getitem__)
    if nearest == "app" and places.get("component", 99) <= places["app"] + 12 and "component" in places:
        following = wish[places["app"] : places["component"]]
        if len(following.split()) <= 1 and lexicon.spaced:
            return IntentType.GENERATE_COMPONENT
    if nearest == "app" and places["app"] <= places.get("document", -1) <= places["app"] + 14:
        return IntentType.DOCUMENT
    kinds = {
        "app": IntentType.CREATE_APPLICATION,
        "component": IntentType.GENERATE_COMPONENT,
        "document": IntentType.DOCUMENT,
        "fix": IntentType.FIX_BUG,
        **_CHANGES,
    }
    return kinds[nearest]


def _strongest(cues: list[str]) -> IntentType | None:
    return IntentType.FIX_BUG if "fix" in cues else None


def application_types(lower: str, lexicon: Lexicon) -> tuple[ApplicationType, ...]:
    """Those that are said and not refused, the most certain first."""
    found = sorted(
        (match.start(), match.end(), kind)
        for kind, pattern in lexicon.types.items()
        for match in pattern.finditer(lower)
    )
    verdicts = refused(lower, [(start, end) for start, end, _ in found], lexicon)
    wanted = [kind for (_, _, kind), no in zip(found, verdicts, strict=True) if not no]
    unwanted = {kind for (_, _, kind), no in zip(found, verdicts, strict=True) if no}
    return tuple(ApplicationType(kind) for kind in dict.fromkeys(wanted) if kind not in unwanted)
