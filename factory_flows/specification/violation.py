"""What a wish breaks."""

import re
from collections.abc import Sequence
from typing import Final

from pydantic import BaseModel, ConfigDict

from factory_flows.intent.span import Span


class Violation(BaseModel):
    """A bound that is broken, or two wishes that exclude each other.

    Attributes:
        constraint: `complexity`, `scalability`, `security`, `coverage`, `services`, `stack`, `entities`, `fields`,
            `relations`, `names` or `intent`.
        message: What is wrong and what to do, in a sentence.
        span: Where the brief says it; None where a preference does.
    """

    model_config = ConfigDict(frozen=True)

    constraint: str
    message: str
    span: Span | None = None

    def __str__(self) -> str:
        if self.span is None:
            return self.message
        return f'{self.message} ("{" ".join(self.span.text.split())}", characters {self.span.start} to {self.span.end})'


class SpecificationRefused(ValueError):
    """The wishes can't be built; `violations` has everything that stands against it."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__("\n".join(str(each) for each in self.violations))


_END: Final = re.compile(r"[.!?](?=\s|$)|[。！？\n]")  # noqa: RUF001  # the full-width ends of Chinese and Japanese


def sentence(brief: str, span: Span) -> Span:
    """The whole sentence that a span stands in."""
    ends = [match.end() for match in _END.finditer(brief)]
    start = max((end for end in ends if end <= span.start), default=0)
    stop = min((end for end in ends if end >= span.end), default=len(brief))
    text = brief[start:stop]
    start += len(text) - len(text.lstrip())
    return Span(start=start, end=start + len(text.strip()), text=text.strip())
