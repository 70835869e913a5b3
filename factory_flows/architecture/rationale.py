"""Why this pattern for this specification, and what was weighed against it."""

from collections.abc import Iterator
from typing import Final

from factory_flows.specification.naming import words
from factory_flows.specification.specification import Specification
from factory_flows.specification.technology import Pattern

_SPREAD: Final = (Pattern.MICROSERVICES, Pattern.SERVERLESS, Pattern.EVENT_DRIVEN)
_PORTS: Final = (Pattern.CLEAN, Pattern.HEXAGONAL)
_SIMPLE_UP_TO: Final = 3  # of 10 points of complexity: rules that fit into a few services
_SPREADS_FROM: Final = 9  # of 10 points of scalability: parts have to grow on their own
_MANY: Final = 8  # entities: more than one team keeps in mind

_GIVES: Final = {
    Pattern.MONOLITH: "one program in three tiers is built, tested and deployed as a whole",
    Pattern.MICROSERVICES: "each service is stored, deployed and scaled on its own",
    Pattern.SERVERLESS: "functions run only while they are asked, and the platform scales each",
    Pattern.LAYERED: "every duty has its folder, and each layer knows only those below it",
    Pattern.CLEAN: "rules and use cases depend on no framework, and are tested without one",
    Pattern.HEXAGONAL: "the application talks to the outside through ports alone, so that an adapter can be exchanged",
    Pattern.EVENT_DRIVEN: "what reacts to a change runs apart from it, and can be added without touching it",
    Pattern.MVC: "model, view and controller are separate, as web frameworks have them",
}
_COSTS: Final = {
    Pattern.MONOLITH: "all of it scales together",
    Pattern.MICROSERVICES: "there is no transaction across services, and each is one more thing to run",
    Pattern.SERVERLESS: "the first call is slow, and database connections have to be shared",
    Pattern.LAYERED: "a new field passes through all layers",
    Pattern.CLEAN: "ports and mappings are code that simple data does not need",
    Pattern.HEXAGONAL: "ports and adapters are code that a single database does not need",
    Pattern.EVENT_DRIVEN: "effects come later than the change, and handlers must bear an event twice",
    Pattern.MVC: "rules gather in controllers where nobody watches",
}


def rationale(specification: Specification) -> tuple[str, ...]:
    """Sentences: what the pattern gives and costs, whether it fits these figures, and which others were weighed."""
    return tuple(_sentences(specification))


def _sentences(specification: Specification) -> Iterator[str]:
    names = words("technologies.json")["names"]
    pattern = specification.stack.pattern
    count = len(specification.entities)
    things = "1 entity" if count == 1 else f"{count} entities"
    relations = "1 relation" if len(specification.relations) == 1 else f"{len(specification.relations)} relations"
    name = names[pattern][0].upper() + names[pattern][1:]
    yield f"{name}: {_GIVES[pattern]}. Its price: {_COSTS[pattern]}."
    yield (
        f"The application has {things} and {relations}, complexity {specification.complexity} of 10 and "
        f"scalability {specification.scalability} of 10."
    )
    yield _fit(specification)
    for other in _weighed(specification):
        yield f"Weighed against it: {names[other]} ({_GIVES[other]}), but {_COSTS[other]}."


def _fit(specification: Specification) -> str:
    pattern, count = specification.stack.pattern, len(specification.entities)
    far = specification.scalability >= _SPREADS_FROM
    simple = specification.complexity <= _SIMPLE_UP_TO
    if pattern in _SPREAD and far:
        return f"From a scalability of {_SPREADS_FROM}, parts have to scale on their own, and these do."
    if pattern in _SPREAD:
        return f"Below a scalability of {_SPREADS_FROM}, one process in replicas would do; it was asked for."
    if pattern in _PORTS and simple:
        return f"Up to a complexity of {_SIMPLE_UP_TO}, layers without ports would do; it was asked for."
    if far:
        return f"From a scalability of {_SPREADS_FROM}, parts that scale on their own may be needed; replicas first."
    if pattern in _PORTS:
        return f"Above a complexity of {_SIMPLE_UP_TO}, rules that stand on their own repay their ports."
    return (
        f"More than {_MANY} entities still fit into one process; split it once parts have owners of their own."
        if count > _MANY
        else "One process and one database carry this, and a transaction keeps all of it consistent."
    )


def _weighed(specification: Specification) -> Iterator[Pattern]:
    """The nearest other choices: the plain one, the one for more rules, the one for more load."""
    pattern = specification.stack.pattern
    far = specification.scalability >= _SPREADS_FROM
    many = len(specification.entities) > _MANY
    candidates = [
        Pattern.LAYERED,
        Pattern.MONOLITH if specification.complexity <= _SIMPLE_UP_TO else Pattern.CLEAN,
        Pattern.MICROSERVICES if far or many else Pattern.HEXAGONAL,
    ]
    return (each for each in candidates if each is not pattern)
