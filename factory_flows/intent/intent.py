"""What a brief was understood to ask for."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from factory_flows.intent.span import Span
from factory_flows.specification.constraint import Constraints
from factory_flows.specification.entity import FieldType
from factory_flows.specification.relation import RelationKind


class IntentType(StrEnum):
    """What is to be done."""

    CREATE_APPLICATION = "create_application"
    ADD_FEATURE = "add_feature"
    MODIFY_FEATURE = "modify_feature"
    GENERATE_COMPONENT = "generate_component"
    FIX_BUG = "fix_bug"
    DEPLOY = "deploy"
    DOCUMENT = "document"
    UNKNOWN = "unknown"


class ApplicationType(StrEnum):
    """What kind of application it is."""

    WEB = "web"
    MOBILE = "mobile"
    API = "api"
    MICROSERVICE = "microservice"
    CLI = "cli"
    DESKTOP = "desktop"
    DATA = "data"


Role = Literal[
    "language", "backend", "frontend", "database", "infrastructure", "qa", "documentation", "messaging", "other"
]


class _Understood(BaseModel):
    model_config = ConfigDict(frozen=True)


class Technology(_Understood):
    """A technology that is named, by its canonical name ("PostgreSQL", whatever its spelling in the brief)."""

    name: str
    role: Role
    span: Span


class MentionedField(_Understood):
    """A property that is named for an entity, in the brief's words."""

    label: str
    type: FieldType | None = Field(None, description="Where the words say it; else the specification infers it.")
    required: bool | None = None
    unique: bool | None = None
    choices: tuple[str, ...] = ()
    span: Span


class MentionedEntity(_Understood):
    """A kind of thing that the application keeps.

    Attributes:
        label: Singular, as people say it, in the brief's language: "Order item".
        name: English or transliterated, Pascal case, ASCII: "OrderItem".
    """

    name: str
    label: str
    fields: tuple[MentionedField, ...] = ()
    origin: Literal["stated", "inferred"]
    confidence: float = Field(ge=0, le=1)
    span: Span


class MentionedRelation(_Understood):
    """What the words say of two entities; `source` has the foreign key where the kind is n-1."""

    kind: RelationKind
    source: str = Field(description="An entity's `name`.")
    target: str
    limit: int | None = Field(None, ge=1, description='At most so many, as in "up to five".')
    span: Span


class MentionedRule(_Understood):
    """A rule of the business that the words state: "at most three loans", "only if paid"."""

    text: str
    entity: str | None
    kind: Literal["limit", "uniqueness", "state_change", "time_window", "other"]
    span: Span


class Intent(_Understood):
    """What a brief asks for, and how sure that is.

    Attributes:
        language: Of the brief, ISO 639-1.
        title: A name for the application, where the words give one.
        application_types: Most certain first; empty where nothing says it.
        technologies: What is wanted. What is refused ("not React") is in `technologies_refused` alone.
        constraints: Only those that the words state; each with its span in `constraint_spans`.
        auth: Whether people sign in: said (True, False) or not said (None).
        confidence: 0 to 1 that `intent` is right and that there is enough to build.
        questions: What to ask before building, in English; empty where all is clear.
        suggestions: What the person may want besides.
        parser: Which parser it was: "rules" or "embedding".
    """

    brief: str
    intent: IntentType
    application_types: tuple[ApplicationType, ...]
    technologies: tuple[Technology, ...]
    technologies_refused: tuple[Technology, ...]
    entities: tuple[MentionedEntity, ...]
    relations: tuple[MentionedRelation, ...]
    rules: tuple[MentionedRule, ...]
    constraints: Constraints
    constraint_spans: dict[str, Span]
    auth: bool | None
    title: str | None
    language: str
    confidence: float = Field(ge=0, le=1)
    questions: tuple[str, ...]
    suggestions: tuple[str, ...]
    parser: str
