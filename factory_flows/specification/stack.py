"""What the application is made with, from the technologies that a brief wants and refuses."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final

from factory_flows.intent.intent import ApplicationType, Intent, Technology
from factory_flows.specification.naming import words
from factory_flows.specification.pattern import choose_pattern
from factory_flows.specification.preferences import Preferences
from factory_flows.specification.specification import Stack
from factory_flows.specification.technology import Backend, Documentation, Frontend, Infrastructure, Qa
from factory_flows.specification.violation import Violation, sentence

_PAGELESS: Final = frozenset(
    {ApplicationType.API, ApplicationType.MICROSERVICE, ApplicationType.CLI, ApplicationType.DATA}
)

_BESIDE: Final = frozenset({"messaging", "other", "infrastructure", "qa", "language", "frontend"})


class StackChoice:
    """A stack as it is put together, with what was decided and what stands against it.

    Attributes:
        stack: The choice; of use only where `violations` is empty.
        assumptions: What was decided without being said.
        violations: Wishes that exclude each other, or that the factory has no generator for.
    """

    def __init__(self, intent: Intent, preferences: Preferences) -> None:
        self._intent = intent
        self._preferences = preferences
        self.assumptions: list[str] = []
        self.violations: list[Violation] = []
        self._check_refused()
        backend = self._backend()
        infrastructure = self._infrastructure()
        self.stack = Stack(
            backend=backend,
            frontend=self._frontend(),
            infrastructure=infrastructure,
            qa=self._qa(backend),
            documentation=self._documentation(),
            pattern=choose_pattern(intent, preferences, self.assumptions, self.violations),
        )
        self._name_what_is_not_used()

    def _check_refused(self) -> None:
        wanted = {technology.name.lower(): technology for technology in self._intent.technologies}
        for refused in self._intent.technologies_refused:
            if refused.name.lower() in wanted:
                self._stack_violation(f"{refused.name} is wanted and refused: say which of both.", refused)

    def _backend(self) -> Backend:
        if self._preferences.backend:
            return self._preferences.backend
        named = self._named("backend", self._intent.technologies)
        refused = self._refused("backend")
        languages = words("technologies.json")["languages"]
        spoken = [each for each in self._intent.technologies if each.name.lower() in languages]
        chosen = self._one_of(named, "backend frameworks")
        unknown = self._unknown("backend")
        for technology in unknown:
            self._stack_violation(
                f"The factory writes no {technology.name}. Its backends are {_listed(Backend)}: name one.", technology
            )
        if chosen:
            self._check_language(chosen[0], chosen[1], spoken)
            return Backend(chosen[0])
        return Backend.FASTAPI if unknown else self._by_language(spoken, refused)

    def _by_language(self, spoken: list[Technology], refused: set[str]) -> Backend:
        languages = words("technologies.json")["languages"]
        pages = [each for each in self._intent.technologies if each.role == "frontend"]
        serving = [each for each in spoken if not (pages and each.name.lower() in {"javascript", "typescript"})]
        families = {languages[each.name.lower()][0] for each in serving}
        if len(families) > 1:
            said = " and ".join(each.name for each in serving)
            self._stack_violation(f"{said} are both named for one backend: name one, or its framework.", serving[0])
        for each in self._unknown("language") if not serving else ():
            self._stack_violation(
                f"The factory writes no {each.name}. Its backends are {_listed(Backend)}: name one.", each
            )
        candidates = languages[serving[0].name.lower()] if serving else [each.value for each in Backend]
        left = [each for each in candidates if each not in refused]
        if not left:
            self._stack_violation("Every backend that the factory has for this is refused: allow one.", None)
            return Backend.FASTAPI
        self._assume_choice("The backend", candidates[0], left[0])
        return Backend(left[0])

    def _check_language(self, backend: str, named_by: Technology, spoken: list[Technology]) -> None:
        languages = words("technologies.json")["languages"]
        serving = [each for each in spoken if each.name.lower() not in {"javascript", "typescript"}]
        for language in serving:
            if backend not in languages[language.name.lower()]:
                self._stack_violation(f"{named_by.name} is not written in {language.name}: name one of both.", language)

    def _frontend(self) -> Frontend | None:
        if self._preferences.frontend:
            return None if self._preferences.frontend == "none" else Frontend(self._preferences.frontend)
        chosen = self._one_of(self._named("frontend", self._intent.technologies), "frontend frameworks")
        if chosen:
            return Frontend(chosen[0])
        for technology in self._unknown("frontend"):
            self._stack_violation(
                f"The factory writes no {technology.name}. Its frontends are {_listed(Frontend)}: name one.", technology
            )
        types = set(self._intent.application_types)
        if types and types <= _PAGELESS:
            if ApplicationType.CLI in types:
                self.assumptions.append("A command line is asked for; what is built is the API that it would call.")
            return None
        if types & {ApplicationType.MOBILE, ApplicationType.DESKTOP}:
            self.assumptions.append("It runs in the browser, with pages that fit a phone, rather than as a native app.")
        left = [each for each in Frontend if each not in self._refused("frontend")]
        if not left:
            self.assumptions.append("It has no pages, since every frontend framework is refused.")
            return None
        self._assume_choice("The frontend", Frontend.REACT, left[0])
        return left[0]

    def _infrastructure(self) -> tuple[Infrastructure, ...]:
        if self._preferences.infrastructure is not None:
            return tuple(dict.fromkeys(self._preferences.infrastructure))
        named = [Infrastructure(value) for value, _ in self._named("infrastructure", self._intent.technologies)]
        refused = self._refused("infrastructure")
        if Infrastructure.KUBERNETES in named and Infrastructure.DOCKER in refused:
            technology = next(
                t for v, t in self._named("infrastructure", self._intent.technologies) if v == "kubernetes"
            )
            self._stack_violation("Kubernetes runs images, and Docker, which makes them, is refused.", technology)
        wanted = set(named) | {Infrastructure.DOCKER} if named else {Infrastructure.DOCKER, Infrastructure.KUBERNETES}
        if Infrastructure.DOCKER in refused:
            wanted.discard(Infrastructure.KUBERNETES)
        return tuple(each for each in Infrastructure if each in wanted and each not in refused)

    def _qa(self, backend: Backend) -> Qa:
        fitting = [Qa(each) for each in words("technologies.json")["tests"][backend]]
        name = words("technologies.json")["names"]
        if self._preferences.qa:
            if self._preferences.qa not in fitting:
                self._stack_violation(
                    f"{name[self._preferences.qa]} does not test {name[backend]}: leave it out, or ask for "
                    f"{' or '.join(name[each] for each in fitting)}.",
                    None,
                )
            return self._preferences.qa
        for value, technology in self._named("qa", self._intent.technologies):
            if Qa(value) in fitting:
                return Qa(value)
            if value in {Qa.JUNIT, Qa.PYTEST}:
                self._stack_violation(f"{technology.name} does not test {name[backend]}: name one of both.", technology)
            else:
                self.assumptions.append(f"{technology.name} is not used: it does not test {name[backend]}.")
        left = [each for each in fitting if each not in self._refused("qa")]
        if not left:
            self._stack_violation(f"{name[backend]} is tested with {name[fitting[0]]}, which is refused.", None)
            return fitting[0]
        if backend is Backend.DOTNET:
            self.assumptions.append("The .NET backend is tested with pytest, through its API.")
        return left[0]

    def _documentation(self) -> tuple[Documentation, ...]:
        if self._preferences.documentation is not None:
            return tuple(dict.fromkeys(self._preferences.documentation))
        return tuple(each for each in Documentation if each not in self._refused("documentation"))

    def _unknown(self, role: str) -> list[Technology]:
        """What is named for a role and is none of the factory's; not what only styles or marks up pages."""
        listed = words("technologies.json")
        known = {*listed["technologies"], *listed["languages"], *listed["styling"]}
        return [each for each in self._intent.technologies if each.role == role and each.name.lower() not in known]

    def _named(self, part: str, technologies: Iterable[Technology]) -> list[tuple[str, Technology]]:
        """Values of a part of the stack, each with who names it first."""
        found: dict[str, Technology] = {}
        for technology in technologies:
            entry = _catalogue().get(technology.name.lower())
            if entry and entry["part"] == part:
                earlier = found.setdefault(entry["value"], technology)
                if _catalogue()[earlier.name.lower()].get("near"):
                    found[entry["value"]] = technology
        return list(found.items())

    def _refused(self, part: str) -> set[str]:
        refused = {value for value, _ in self._named(part, self._intent.technologies_refused)}
        if part == "backend":
            for technology in self._intent.technologies_refused:
                refused.update(words("technologies.json")["languages"].get(technology.name.lower(), ()))
        return refused

    def _one_of(self, named: list[tuple[str, Technology]], what: str) -> tuple[str, Technology] | None:
        if len(named) > 1:
            said = " and ".join(technology.name for _, technology in named)
            self._stack_violation(f"{said} are two {what}, and an application has one: name one.", named[1][1])
        if named and _catalogue()[named[0][1].name.lower()].get("near"):
            nearest = words("technologies.json")["names"][named[0][0]]
            self.assumptions.append(
                f"{named[0][1].name} is asked for; {nearest} is used, the closest that the factory has."
            )
        return named[0] if named else None

    def _assume_choice(self, what: str, usual: str, chosen: str) -> None:
        names = words("technologies.json")["names"]
        instead = f", since {names[usual]} is refused" if chosen != usual else ""
        self.assumptions.append(f"{what} is made with {names[chosen]}{instead}.")

    def _name_what_is_not_used(self) -> None:
        for technology in self._intent.technologies:
            name = technology.name.lower()
            if technology.role == "database" and name not in words("technologies.json")["databases"]:
                self.assumptions.append(
                    f"{technology.name} is named; data is kept in SQLite, or in PostgreSQL where DATABASE_URL says so."
                )
            elif technology.role in _BESIDE and name not in {*_catalogue(), *words("technologies.json")["languages"]}:
                self.assumptions.append(
                    f"{technology.name} is named; the factory has no generator for it, so add it by hand."
                )

    def _stack_violation(self, message: str, technology: Technology | None) -> None:
        span = sentence(self._intent.brief, technology.span) if technology else None
        self.violations.append(Violation(constraint="stack", message=message, span=span))


def _catalogue() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = words("technologies.json")["technologies"]
    return found


def _listed(part: type[StrEnum]) -> str:
    return ", ".join(words("technologies.json")["names"][each.value] for each in part)
