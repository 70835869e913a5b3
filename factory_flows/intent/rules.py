"""The parser by rules: cues of nine languages, read from data, applied to the brief's words."""

from factory_flows.intent.business_rules import business_rules
from factory_flows.intent.constraints import constraints
from factory_flows.intent.entities import Found
from factory_flows.intent.inferred import inferred
from factory_flows.intent.intent import ApplicationType, Intent, IntentType, Technology
from factory_flows.intent.kind import application_types, intent_type
from factory_flows.intent.language import language_of
from factory_flows.intent.lexicon import Lexicon, lexicon
from factory_flows.intent.phrase import without_asides
from factory_flows.intent.technologies import technologies
from factory_flows.intent.title import title


def parse(brief: str) -> Intent:
    """What the brief asks for, by rules. Never fails, whatever the string; an `IntentParser`."""
    lower = _lower(brief)
    language = language_of(brief)
    words = lexicon(language)
    wanted, unwanted = technologies(brief, lower, words)
    intent = intent_type(without_asides(lower), words, bool(wanted or unwanted))
    found = Found(brief, lower, words, [each.span for each in (*wanted, *unwanted)])
    found.read()
    if intent is IntentType.UNKNOWN and found.is_described and (words.says("create", lower) or wanted):
        intent = IntentType.CREATE_APPLICATION
    elif intent is IntentType.UNKNOWN and wanted and unwanted:
        intent = IntentType.MODIFY_FEATURE  # "React, not Vue": of what is there
    kinds = () if intent is IntentType.UNKNOWN else _kinds(application_types(lower, words), wanted)
    if intent is IntentType.UNKNOWN:
        found.forget()
    else:
        if not found.entities and intent is IntentType.CREATE_APPLICATION and (thing := inferred(lower, words)):
            found.keep(thing, origin="inferred")
        if intent is IntentType.ADD_FEATURE:
            found.read_additions()
    entities = tuple(sorted(found.entities.values(), key=lambda each: each.span.start))
    bounds, bound_spans = constraints(brief, lower, words)
    questions = _questions(intent, bool(entities), bool(kinds))
    return Intent(
        brief=brief,
        intent=intent,
        application_types=kinds,
        technologies=wanted,
        technologies_refused=unwanted,
        entities=entities,
        relations=tuple(found.relations.values()),
        rules=business_rules(brief, lower, words, entities),
        constraints=bounds,
        constraint_spans=bound_spans,
        auth=_auth(lower, words),
        title=title(brief, lower, words),
        language=language,
        confidence=_confidence(intent, bool(entities), bool(kinds), bool(wanted)),
        questions=questions,
        suggestions=_suggestions(intent, wanted),
        parser="rules",
    )


def _lower(brief: str) -> str:
    """In lower case, letter for letter: "İ" would become two, and spans would slip."""
    return "".join(low if len(low := each.lower()) == 1 else each for each in brief)


def _kinds(said: tuple[ApplicationType, ...], wanted: tuple[Technology, ...]) -> tuple[ApplicationType, ...]:
    """Those that are said; where nothing is, what the technologies are for."""
    if said:
        return said
    names = {each.name for each in wanted}
    if names & {"React Native", "Flutter"}:
        return (ApplicationType.MOBILE,)
    if "Electron" in names:
        return (ApplicationType.DESKTOP,)
    return (ApplicationType.WEB,) if any(each.role == "frontend" for each in wanted) else ()


def _auth(lower: str, words: Lexicon) -> bool | None:
    if words.says("noauth", lower):
        return False
    return True if words.says("auth", lower) else None


def _confidence(intent: IntentType, entities: bool, kinds: bool, technical: bool) -> float:
    if intent is IntentType.UNKNOWN:
        return 0.1
    if intent is IntentType.CREATE_APPLICATION:
        return round(0.3 + 0.4 * entities + 0.15 * kinds + 0.1 * technical, 2)
    return 0.8 if technical or entities or kinds else 0.6


def _questions(intent: IntentType, entities: bool, kinds: bool) -> tuple[str, ...]:
    if intent is IntentType.UNKNOWN:
        return ("What should the application do, and for whom?", "Which things should it keep, and what of each?")
    if intent is not IntentType.CREATE_APPLICATION:
        return ()
    asked = () if entities else ("Which things should it keep, and what of each?",)
    return asked if kinds else (*asked, "Is it for the browser, a phone, the command line, or other programs?")


def _suggestions(intent: IntentType, wanted: tuple[Technology, ...]) -> tuple[str, ...]:
    if intent is not IntentType.CREATE_APPLICATION:
        return ()
    roles = {
        "database": "No database is named: SQLite is the default, PostgreSQL is there by a setting.",
        "infrastructure": "Docker and Kubernetes files can be generated with it.",
    }
    return tuple(text for role, text in roles.items() if role not in {each.role for each in wanted})
