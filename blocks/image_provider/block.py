"""`ImageProvider`: a block for pictures drawn by OpenAI Images."""

import uuid
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, ClassVar, Final, Self

from prefect.blocks.core import Block
from pydantic import AnyHttpUrl, Field, SecretStr

from blocks.image_provider.catalogue import LIVE, RETIRED, HostedModel
from blocks.image_provider.errors import ModelRetired, ModelUnavailable, NoKey, ProviderRefused, UnknownModel
from blocks.image_provider.outcome import Blocked, Made, Outcome
from blocks.image_provider.request import HostedRequest
from blocks.image_provider.settings import OpenAISettings
from blocks.saved_block import saved_or_default

if TYPE_CHECKING:
    from blocks.image_provider.connection import Connection

OPENAI: Final = "https://api.openai.com/v1"


class ImageProvider(Block):
    """OpenAI Images. `default` reads OPENAI_API_KEY where no block is saved.

    Models that were shut down are served by the first of their `aliases` that the account may use, and the result names
    it; `strict` in a request refuses instead.
    """

    _block_type_name: ClassVar[str | None] = "Image provider"
    _block_type_slug: ClassVar[str | None] = "image-provider"
    _description: ClassVar[str | None] = "Pictures drawn by OpenAI Images; needs an API key."

    api_key: SecretStr | None = Field(
        default_factory=lambda: OpenAISettings().openai_api_key,
        description="API key. Unset: OPENAI_API_KEY; without either hosted models are not offered.",
    )
    organization: str | None = Field(
        default_factory=lambda: OpenAISettings().openai_org_id, description="Organization to bill. Unset: the key's."
    )
    project: str | None = Field(
        default_factory=lambda: OpenAISettings().openai_project_id, description="Project to bill. Unset: the key's."
    )
    base_url: AnyHttpUrl | None = Field(
        default_factory=lambda: OpenAISettings().openai_base_url,
        description="Another address in place of OpenAI's own, /v1 included: a proxy, or a service with the same API.",
    )
    aliases: dict[str, tuple[str, ...]] = Field(
        default_factory=lambda: {model.id: model.successors for model in RETIRED.values()},
        description="Which models serve an id that is served no longer: the first that the account may use.",
    )
    more_models: tuple[str, ...] = Field(
        (), description="Ids served there that this version does not know; taken to be like gpt-image-2."
    )
    timeout: float = Field(
        600.0,
        gt=0,
        le=3600,
        description="Seconds to wait for one answer. What is given up may be paid for all the same: several "
        "pictures of high quality take minutes.",
    )
    attempts: int = Field(3, ge=1, le=10, description="How often a request is sent before giving up.")
    patience: float = Field(60.0, ge=0, le=600, description="Most seconds spent on waiting between attempts.")
    repeat_unknown: bool = Field(
        False, description="Send again where it is not known whether pictures were made; they may be paid for twice."
    )
    largest_answer: int = Field(
        400_000_000, ge=1_000, le=2_000_000_000, description="Most bytes of one answer that are read."
    )

    @classmethod
    def default(cls) -> Self:
        """The block saved as `default`, else one with the environment's key, else one without."""
        return saved_or_default(cls, "default", cls)

    @property
    def configured(self) -> bool:
        """Whether there is a key to ask with."""
        return self.api_key is not None and bool(self.api_key.get_secret_value().strip())

    def model_ids(self) -> tuple[str, ...]:
        """Every id that a request may name, those that others serve included."""
        return tuple(dict.fromkeys((*self.aliases, *LIVE, *self.more_models)))

    def draw(self, request: HostedRequest, *, idempotency_key: str | None = None) -> Outcome:
        """Pictures, or what moderation refused. Waits for as long as `timeout` and `patience` allow.

        Raises `ImageProviderError`s: `NoKey`, `UnknownModel`, `ModelRetired` (in strict requests), `ProviderRefused`,
        `ProviderBusy`, `ProviderAway`, `OutcomeUnknown`, `AnswerUnreadable`. A caller that may run twice for one
        request gives the same `idempotency_key` both times.
        """
        models = self._serving(request)
        key = idempotency_key or uuid.uuid4().hex
        connection = self._connection()
        for number, model in enumerate(models, 1):
            try:
                return self._ask(connection, request, model, key)
            except ModelUnavailable:
                if number == len(models):
                    raise
        raise AssertionError("there is always a model")

    def require(self, model: str, *, strict: bool = False) -> None:
        """Raise `NoKey`, `UnknownModel` or `ModelRetired` where a request for `model` could only fail. Asks nobody."""
        self._serving(HostedRequest(prompt="-", model=model, strict=strict))
        self._key()

    def check(self) -> None:
        """Raise `ImageProviderError` saying what is wrong, when the provider can't be used from here. Costs nothing."""
        from blocks.image_provider.check import check  # noqa: PLC0415 - the client takes a second to import

        check(self._connection())

    def _serving(self, request: HostedRequest) -> tuple[HostedModel, ...]:
        """The models to try in turn."""
        name = request.model
        if name in self.aliases and name not in self.more_models:
            if request.strict:
                ended = f" on {RETIRED[name].ended:%-d %B %Y}" if name in RETIRED else ""
                raise ModelRetired(
                    f"{name} was shut down{ended}, and the request is strict. Ask for one of "
                    f"{', '.join(self.aliases[name])}, or leave out `strict`."
                )
            return tuple(self._known(each) for each in self.aliases[name])
        return (self._known(name),)

    def _known(self, name: str) -> HostedModel:
        found = LIVE.get(name)
        if found is None and name in self.more_models:
            return HostedModel(name, finest=False)
        # a dated snapshot is like the model that it is one of
        found = found or next((each for each in LIVE.values() if _is_snapshot(name, each.id)), None)
        if found is None:
            raise UnknownModel(
                f"No hosted model {name[:100]!a} is known. There are {', '.join(self.model_ids())}; add others to the "
                "image provider block's `more_models`."
            )
        return found if found.id == name else HostedModel(name, found.any_size, found.finest, found.ends, found.price)

    def _key(self) -> str:
        if not self.configured or self.api_key is None:
            raise NoKey(
                "Hosted models need an API key: set OPENAI_API_KEY, or save an Image provider block as `default` with "
                "one (Prefect UI, Blocks). Models that run here, such as `embedded`, need none."
            )
        key = self.api_key.get_secret_value().strip()
        if not key.isascii() or not key.isprintable() or " " in key:
            raise ProviderRefused("The API key has characters that no key has: copy it again.")
        return key

    def _connection(self) -> "Connection":
        key = self._key()
        from blocks.image_provider.connection import connect  # noqa: PLC0415 - the client takes a second to import

        return connect(
            base_url=str(self.base_url or OPENAI),
            api_key=key,
            organization=self.organization,
            project=self.project,
            timeout=self.timeout,
            attempts=self.attempts,
            patience=self.patience,
            repeat_unknown=self.repeat_unknown,
            largest=self.largest_answer,
        )

    def _ask(self, connection: "Connection", request: HostedRequest, model: HostedModel, key: str) -> Outcome:
        from blocks.image_provider.answer import parsed, pictures_of, usage_of  # noqa: PLC0415 - with the client
        from blocks.image_provider.parameters import parameters_of  # noqa: PLC0415 - with the client

        parameters, size, notes = parameters_of(request, model)
        # the key belongs to one body: a successor's is another
        found = connection.ask(request.model, parameters, f"{key}-{model.id}")
        if isinstance(found, Blocked):
            return found
        answer = parsed(found.body)
        pictures = pictures_of(answer, request.count)
        if len(pictures) < request.count:
            notes.append(f"{len(pictures)} of {request.count} pictures came back")
        if odd := sorted({(each.width, each.height) for each in pictures} - {size}):
            notes.append(
                f"came back in {', '.join(f'{w}x{h}' for w, h in odd)} where {size[0]}x{size[1]} was asked for"
            )
        usage = usage_of(answer, model.price)
        if usage is None:
            notes.append("the provider told no usage, so the cost is not known")
        elif usage.estimated_usd is None:
            notes.append(f"no price of {model.id} is known here, so the cost is not estimated")
        return Made(
            pictures=pictures,
            asked_model=request.model,
            served_model=model.id,
            sent_size=size,
            usage=usage,
            attempts=found.attempts,
            request_id=found.request_id,
            notes=(*_about(request, model), *notes),
        )


def _about(request: HostedRequest, model: HostedModel) -> list[str]:
    notes = []
    if request.model != model.id:
        ended = RETIRED.get(request.model)
        why = f" was shut down on {ended.ended:%-d %B %Y}" if ended else " is served by others"
        notes.append(f"{request.model}{why}; {model.id} drew in its place")
    if model.ends and datetime.now(UTC).date() <= model.ends:
        notes.append(f"{model.id} will be shut down on {model.ends:%-d %B %Y}")
    return notes


def _is_snapshot(name: str, model: str) -> bool:
    """Whether `name` is `model` with a date behind it, as in gpt-image-2-2026-04-21."""
    try:
        return name.startswith(f"{model}-") and bool(date.fromisoformat(name.removeprefix(f"{model}-")))
    except ValueError:
        return False
