"""`VideoProvider`: a block for videos drawn by Runway."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, Self

from prefect.blocks.core import Block
from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from blocks.saved_block import saved_or_default
from blocks.video_provider.catalogue import CREDIT_USD, LIVE, RETIRED, HostedModel
from blocks.video_provider.errors import (
    AnswerUnreadable,
    ModelRetired,
    ModelUnsuited,
    NoKey,
    OutcomeUnknown,
    OutputExpired,
    ProviderRefused,
    StillRunning,
    UnknownModel,
)
from blocks.video_provider.parameters import estimated_credits, order_of, unsuited
from blocks.video_provider.progress import Cost, Ended, Finished, Progress, Waiting, read_progress
from blocks.video_provider.request import HostedClip
from blocks.video_provider.settings import RunwaySettings
from blocks.video_provider.submitted import Downloaded, Submitted

if TYPE_CHECKING:
    from blocks.video_provider.connection import Connection

RUNWAY: Final = "https://api.dev.runwayml.com"

OnPoll = Callable[[Waiting], None]  # told each time that the task has not ended; what it raises ends the waiting


class VideoProvider(Block):
    """Runway. `default` reads RUNWAYML_API_SECRET where no block is saved.

    Models that are served no longer are replaced by the first of their `aliases` that can draw what is asked, and the
    result names it; `strict` in a request refuses instead.
    """

    _block_type_name: ClassVar[str | None] = "Video provider"
    _block_type_slug: ClassVar[str | None] = "video-provider"
    _description: ClassVar[str | None] = "Videos drawn by Runway; needs an API key."

    api_key: SecretStr | None = Field(
        default_factory=lambda: RunwaySettings().runwayml_api_secret,
        description="API key. Unset: RUNWAYML_API_SECRET; without either hosted models are not offered.",
    )
    base_url: AnyHttpUrl | None = Field(
        default_factory=lambda: RunwaySettings().runwayml_base_url,
        description="Another address in place of Runway's own: a proxy with https, or one on this machine.",
    )
    aliases: dict[str, tuple[str, ...]] = Field(
        default_factory=lambda: {model.id: model.successors for model in RETIRED.values()},
        description="Which models serve an id that is served no longer: the first that can draw what is asked.",
    )
    timeout: float = Field(60.0, gt=0, le=600, description="Seconds to wait for one answer of the API.")
    attempts: int = Field(3, ge=1, le=10, description="How often a call is sent before giving up.")
    patience: float = Field(60.0, ge=0, le=600, description="Most seconds spent on waiting between attempts.")
    repeat_unknown: bool = Field(
        False, description="Send again where it is not known whether a task was begun; it may be paid for twice."
    )
    poll_seconds: float = Field(
        6.0, gt=0, le=120, description="Seconds between polls; Runway asks for no more than one in five seconds."
    )
    longest_wait: float = Field(3600.0, gt=0, le=86_400, description="Most seconds to wait for one task to end.")
    download_seconds: float = Field(900.0, gt=0, le=7200, description="Longest time for fetching one video.")
    largest_video: int = Field(
        2_000_000_000, ge=1_000, le=50_000_000_000, description="Most bytes of one video that are fetched."
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
        return tuple(dict.fromkeys((*self.aliases, *LIVE)))

    def serving(self, request: HostedClip) -> HostedModel:
        """The model that would draw. Asks nobody. Raises `UnknownModel`, `ModelRetired` or `ModelUnsuited`."""
        name = request.model
        if name not in self.aliases:
            return self._suited(request, (self._known(name),))
        successors = self.aliases[name]
        if request.strict:
            raise ModelRetired(
                f"{name} is no longer served by the provider, and the request is strict. Ask for one of "
                f"{', '.join(successors)}, or leave out `strict`."
            )
        return self._suited(request, tuple(self._known(each) for each in successors))

    def estimate_usd(self, request: HostedClip) -> float:
        """Dollars by the price list; raises as `serving`. The provider's own word is in `Submitted.most_usd`."""
        return estimated_credits(request, self.serving(request)) * CREDIT_USD

    def require(self, request: HostedClip) -> None:
        """Raise `NoKey`, or as `serving`, where the request could only fail. Asks nobody."""
        self.serving(request)
        self._key()

    def check(self) -> None:
        """Raise `VideoProviderError` saying what is wrong, when the provider can't be used from here. Costs nothing."""
        body = self._connection().organization()
        try:
            balance = _Organization.model_validate_json(body).balance
        except ValidationError:
            raise AnswerUnreadable("The provider's answer is not Runway's. Check the block's base_url.") from None
        if balance <= 0:
            raise ProviderRefused("The provider's account has no credits left: buy some, or use another's key.")

    def submit(self, request: HostedClip) -> Submitted:
        """Order the video, which is paid for from here on: keep what comes back before anything else.

        Raises `NoKey`, `UnknownModel`, `ModelRetired`, `ModelUnsuited`, `ProviderRefused`, `ProviderBusy`,
        `ProviderAway`, and `OutcomeUnknown` where the provider went silent.
        """
        model = self.serving(request)
        order = order_of(request, model)
        try:
            task = _Created.model_validate_json(self._connection().submit(order.parameters))
        except ValidationError:
            raise OutcomeUnknown(
                "The provider's answer holds no task id: a video may be on its way and paid for, so it is not sent "
                "again. Look at the provider's own list of tasks."
            ) from None
        most = task.estimate.credits if task.estimate else None
        replaced = request.model != model.id
        return Submitted(
            task_id=task.id,
            asked_model=request.model,
            served_model=model.id,
            width=order.size[0],
            height=order.size[1],
            seconds=order.seconds,
            most_credits=most,
            most_usd=None if most is None else most * CREDIT_USD,
            notes=(
                *((f"{request.model} is no longer served; {model.id} draws in its place",) if replaced else ()),
                *order.notes,
            ),
        )

    def poll(self, task_id: str) -> Progress:
        """How far a task is: one call. Raises `TaskUnknown`, `ProviderAway`, `ProviderBusy`, `AnswerUnreadable`."""
        return read_progress(task_id, self._connection().retrieve(_checked(task_id)))

    def wait(self, task_id: str, on_poll: OnPoll = lambda _: None) -> Ended:
        """Poll until the task has ended; a throttled one is waited for like any other.

        Raises `StillRunning` after `longest_wait`, and as `poll`. Waiting again goes on with the same task.
        """
        deadline = time.monotonic() + self.longest_wait
        while isinstance(found := self.poll(task_id), Waiting):
            on_poll(found)
            if time.monotonic() + self.poll_seconds > deadline:
                raise StillRunning(
                    f"Task {task_id} was {found.state} for {self.longest_wait:.0f} s and goes on at the provider: wait "
                    "again, or cancel it. The block's `longest_wait` sets how long."
                )
            time.sleep(self.poll_seconds)
        return found

    def download(self, finished: Finished, target: Path) -> Downloaded:
        """Fetch the video into `target`; where its address has expired, from a fresh one.

        Raises `OutputExpired`, `ProviderAway`, and `AnswerUnreadable` where it is no video or too large.
        """
        try:
            return self._fetch(finished, target)
        except OutputExpired:
            fresh = self.poll(finished.task_id)
            if not isinstance(fresh, Finished):
                raise
            return self._fetch(fresh, target)

    def cancel(self, task_id: str) -> None:
        """Stop a task at the provider; one that has ended is deleted there. Raises as `poll`, never `TaskUnknown`."""
        self._connection().delete(_checked(task_id))

    def _fetch(self, finished: Finished, target: Path) -> Downloaded:
        from blocks.video_provider.download import fetch  # noqa: PLC0415 - with the client
        from blocks.video_provider.transport import is_loopback  # noqa: PLC0415 - as above

        return fetch(
            finished.urls[0],
            target,
            largest=self.largest_video,
            seconds=self.download_seconds,
            attempts=self.attempts,
            loopback=is_loopback(self._address),
        )

    def _known(self, name: str) -> HostedModel:
        if name not in LIVE:
            raise UnknownModel(f"No hosted model {name[:100]!a} is known. There are {', '.join(self.model_ids())}.")
        return LIVE[name]

    @staticmethod
    def _suited(request: HostedClip, models: tuple[HostedModel, ...]) -> HostedModel:
        """The first that can draw what is asked."""
        reasons = [unsuited(request, model) for model in models]
        for model, reason in zip(models, reasons, strict=True):
            if reason is None:
                return model
        raise ModelUnsuited(f"{'; '.join(filter(None, reasons))}.")

    def _key(self) -> str:
        if not self.configured or self.api_key is None:
            raise NoKey(
                "Hosted models need an API key: set RUNWAYML_API_SECRET, or save a Video provider block as `default` "
                "with one (Prefect UI, Blocks). Models that run here, such as `embedded`, need none."
            )
        key = self.api_key.get_secret_value().strip()
        if not key.isascii() or not key.isprintable() or " " in key:
            raise ProviderRefused("The API key has characters that no key has: copy it again.")
        return key

    @property
    def _address(self) -> str:
        return str(self.base_url or RUNWAY).rstrip("/")

    def _connection(self) -> "Connection":
        key = self._key()
        from blocks.video_provider.connection import connect  # noqa: PLC0415 - the client takes a second to import
        from blocks.video_provider.transport import is_private  # noqa: PLC0415 - as above

        if not is_private(self._address):
            raise ProviderRefused("The key must not go over plain http: give the block a base_url with https.")
        return connect(
            base_url=self._address,
            api_key=key,
            timeout=self.timeout,
            attempts=self.attempts,
            patience=self.patience,
            repeat_unknown=self.repeat_unknown,
        )


class _Created(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,100}$")
    estimate: Cost | None = Field(None, alias="estimatedCost")


class _Organization(BaseModel):
    model_config = ConfigDict(extra="ignore")

    balance: int = Field(alias="creditBalance")


def _checked(task_id: str) -> str:
    """An id that can stand in an address."""
    if not (0 < len(task_id) <= 100 and task_id.isascii() and task_id.replace("-", "_").replace("_", "a").isalnum()):
        raise ProviderRefused("That is no task id of the provider.")
    return task_id
