"""From what a brief asks for to all that generators need to know."""

from slugify import slugify

from factory_flows.intent.intent import Intent
from factory_flows.specification.constraint import SecurityLevel
from factory_flows.specification.entity import Entity
from factory_flows.specification.measure import complexity, scalability
from factory_flows.specification.modelling import Model
from factory_flows.specification.naming import Unnameable, breaks_code, clean_label, words
from factory_flows.specification.preferences import Preferences
from factory_flows.specification.relating import Relations
from factory_flows.specification.requirements import Requirements
from factory_flows.specification.security import guards
from factory_flows.specification.specification import Guards, Specification
from factory_flows.specification.stack import StackChoice
from factory_flows.specification.validation import check_constraints, check_intent, check_measured, check_services
from factory_flows.specification.violation import SpecificationRefused, Violation

COVERAGE = 80  # percent, where nothing is said


def write_specification(intent: Intent, preferences: Preferences | None = None) -> Specification:
    """The full specification of a new application; the same intent gives the same one.

    Raises:
        SpecificationRefused: With everything that can't be built, quoted: bounds that are broken, wishes that exclude
            each other, technologies that no generator has, ends of relations that nobody describes.
    """
    preferences = preferences or Preferences()
    choice = StackChoice(intent, preferences)
    level = preferences.security or intent.constraints.security or SecurityLevel.MEDIUM
    guarded = guards(level, intent.auth)
    model = Model(intent, signed_in=guarded.auth)
    related = Relations(intent, model.entities, model.names)
    stack = choice.stack
    asked = intent.constraints
    measured = complexity(model.entities, related.relations, guarded, stack)
    violations = [
        *check_intent(intent),
        *check_constraints(intent, preferences, level),
        *choice.violations,
        *check_services(intent, stack.pattern),
        *model.violations,
        *related.violations,
        *(check_measured(measured) if asked.complexity is None else ()),
    ]
    if not violations and not model.entities:
        message = "All that is named are the accounts that sign in: name what the application keeps besides."
        violations.append(Violation(constraint="entities", message=message))
    if violations:
        raise SpecificationRefused(violations)
    title, told = _title(intent, preferences, model.entities)
    coverage = preferences.coverage or asked.coverage or COVERAGE
    requirements = Requirements(model.entities, related.relations)
    requirements.of_entities(model.entities, pages=stack.frontend is not None)
    requirements.of_relations(related.relations)
    requirements.of_rules(intent, model.names)
    requirements.of_technology(intent, stack, guarded, coverage)
    questions, reach = _reach(intent, scalability(stack))
    return Specification(
        title=title,
        slug=slug(title),
        description=intent.brief,
        language=intent.language,
        stack=stack,
        guards=guarded,
        entities=tuple(model.entities),
        relations=tuple(related.relations),
        requirements=tuple(requirements.found),
        complexity=asked.complexity or measured,
        scalability=reach,
        services=asked.services,
        coverage=coverage,
        assumptions=(
            *told,
            *choice.assumptions,
            *_guarding(intent, preferences, guarded),
            *model.assumptions,
            *related.assumptions,
        ),
        open_questions=(*intent.questions, *questions, *model.questions),
    )


def slug(title: str) -> str:
    """Name of folder, package and image: "Library loans" -> `library-loans`; `app-` before what can't stand alone."""
    name = slugify(title, backend="text-unidecode", max_length=36, word_boundary=True) or "application"
    taken = (
        name in words("technologies.json")["names"] or breaks_code(name) or name in {"app", "test", "tests", "custom"}
    )
    return f"app-{name}" if taken or not name[0].isalpha() else name


def _title(intent: Intent, preferences: Preferences, entities: list[Entity]) -> tuple[str, list[str]]:
    if preferences.title:
        return clean_label(preferences.title), []
    if intent.title:
        try:
            return clean_label(intent.title), []
        except Unnameable:
            pass  # a title of nothing but what can't be seen is none
    title = entities[0].label_plural
    return title, [f"It is called “{title}”, after the first thing that it keeps."]


def _guarding(intent: Intent, preferences: Preferences, guarded: Guards) -> list[str]:
    if preferences.security or intent.constraints.security:
        return []
    signing = "people sign in" if guarded.auth else "nobody signs in: whoever reaches it can read and write"
    return [f"It is guarded at level {guarded.level}, and {signing}."]


def _reach(intent: Intent, reached: int) -> tuple[list[str], int]:
    asked = intent.constraints.scalability
    if asked is None or asked <= reached:
        return [], asked or reached
    question = (
        f"A scalability of {asked} is asked for, and this stack reaches {reached}: should it run on Kubernetes, as"
    )
    return [f"{question} several services?"], asked
