"""Words -> intent -> specification -> architecture: the stages before anything is written."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from factory_flows.architecture.architecture import Architecture
from factory_flows.brief import BriefRequest
from factory_flows.intent.intent import Intent
from factory_flows.specification.preferences import Preferences
from factory_flows.specification.specification import Specification


@task(name="extract-intent", persist_result=False, cache_policy=NO_CACHE)
def extract_intent(request: BriefRequest) -> Intent:
    """What the words ask for."""
    from factory_flows.intent.rules import parse  # noqa: PLC0415 - reads its lexicons

    return parse(request.words)


@task(name="write-specification", persist_result=False, cache_policy=NO_CACHE)
def write_specification(intent: Intent, preferences: Preferences) -> Specification:
    """What is to be built, in full. Raises `SpecificationRefused`."""
    from factory_flows.specification import write  # noqa: PLC0415 - loads the English language's plurals

    return write.write_specification(intent, preferences)


@task(name="design-architecture", persist_result=False, cache_policy=NO_CACHE)
def design_architecture(specification: Specification) -> Architecture:
    """How it is laid out."""
    from factory_flows.architecture.design import design  # noqa: PLC0415 - where an architecture is drawn up

    return design(specification)
