"""All that generators need to know of an application."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from factory_flows.specification.coherence import problems
from factory_flows.specification.constraint import SecurityLevel
from factory_flows.specification.entity import Entity, Label
from factory_flows.specification.relation import Relation
from factory_flows.specification.requirement import Requirement
from factory_flows.specification.technology import Backend, Documentation, Frontend, Infrastructure, Pattern, Qa


class Stack(BaseModel):
    """What it is made with. `frontend` None: no pages; `qa` is the backend's test framework."""

    model_config = ConfigDict(frozen=True)

    backend: Backend = Backend.FASTAPI
    frontend: Frontend | None = Frontend.REACT
    infrastructure: tuple[Infrastructure, ...] = (Infrastructure.DOCKER, Infrastructure.KUBERNETES)
    qa: Qa = Qa.PYTEST
    documentation: tuple[Documentation, ...] = tuple(Documentation)
    pattern: Pattern = Pattern.LAYERED


class Guards(BaseModel):
    """What a security level switches on.

    Attributes:
        auth: People sign in (JWT); roles: reader reads, editor writes, admin deletes and manages users.
        token_minutes: How long a sign-in lasts.
        lockout: After so many wrong passwords an account waits 15 minutes; None: never.
        audit: Every change is written to a table, with who made it.
        security_headers: CSP and the like on every answer.
        password_length: Characters that a password has at least.
    """

    model_config = ConfigDict(frozen=True)

    level: SecurityLevel
    auth: bool
    token_minutes: int = Field(60, ge=1, le=1440)
    lockout: int | None = Field(None, ge=1, le=100)
    audit: bool = False
    security_headers: bool = True
    password_length: int = Field(8, ge=8, le=20)

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.level in {SecurityLevel.HIGH, SecurityLevel.CRITICAL} and not self.auth:
            raise ValueError(f"security level {self.level} has people sign in: set auth, or a lower level")
        if self.level is SecurityLevel.CRITICAL and not self.audit:
            raise ValueError("security level critical writes an audit: set audit, or a lower level")
        if not self.auth and (self.audit or self.lockout is not None):
            raise ValueError("an audit and a lockout need people who sign in: set auth")
        return self


class Specification(BaseModel):
    """An application in full; the same specification gives the same bytes.

    Attributes:
        slug: Name of folder, package and image: `library-loans`.
        language: Of labels, ISO 639-1.
        services: At most so many services, where the pattern has several; None: as many as the pattern makes.
        coverage: Percent that the generated tests' gate asks for, 70 to 100.
        assumptions: What was decided without being said, in sentences.
        open_questions: What its owner should still answer.
    """

    model_config = ConfigDict(frozen=True)

    title: Label
    slug: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
    description: str = Field(max_length=20_000)
    language: str = "en"
    stack: Stack
    guards: Guards
    entities: tuple[Entity, ...] = Field(min_length=1, max_length=30)
    relations: tuple[Relation, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    complexity: int = Field(ge=1, le=10)
    scalability: int = Field(ge=5, le=10)
    services: int | None = Field(None, ge=1, le=10)
    coverage: int = Field(80, ge=70, le=100)
    assumptions: tuple[str, ...] = ()
    open_questions: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        found = list(problems(self.entities, self.relations, signed_in=self.guards.auth))
        known = {entity.name for entity in self.entities}
        for each in self.requirements:
            found += [f"{each.number}: there is no entity {name}" for name in each.entities if name not in known]
        if found:
            raise ValueError("; ".join(found))
        return self

    def entity(self, name: str) -> Entity:
        """The entity of this name.

        Raises:
            KeyError: There is none.
        """
        return {each.name: each for each in self.entities}[name]

    def relations_of(self, entity: Entity) -> tuple[Relation, ...]:
        """Those that the entity keeps: it is their source."""
        return tuple(each for each in self.relations if each.source == entity.name)

    def relations_to(self, entity: Entity) -> tuple[Relation, ...]:
        """Those that other entities keep to it: it is their target."""
        return tuple(each for each in self.relations if each.target == entity.name)
