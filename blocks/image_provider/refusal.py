"""What an error of the API means: a block by moderation, a wait, a repeat, or the end.

https://developers.openai.com/api/docs/guides/error-codes. Nothing of an answer reaches a message unchecked: a provider
may repeat the prompt or part of the key.
"""

from typing import Any, Final

from openai import APIStatusError

from blocks.image_provider.errors import ModelUnavailable, ProviderRefused
from blocks.image_provider.outcome import Blocked

MODERATION: Final = frozenset({"moderation_blocked", "content_policy_violation", "content_filter"})
NO_MONEY: Final = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
NO_MODEL: Final = frozenset({"model_not_found", "model_not_available", "invalid_model", "model_deprecated"})
BUSY: Final = 429
# The API itself failed and made nothing. Other 5xx come from what stands before it, which may have lost a finished
# picture on the way.
REPEATED: Final = frozenset({500, 503, 529})
SERVER_ERROR: Final = 500
REASONS: Final = {
    401: "it does not accept the API key. Set OPENAI_API_KEY, or the key of the Image provider block, to a valid one",
    403: "this account or address may not use it",
    404: "there is no images API at this address. Check the block's base_url",
    413: "the picture sent is too large for it",
    451: "the law where it runs forbids it",
}
STAGES: Final = {"input": "the request", "output": "what was drawn"}


def blocked(error: APIStatusError, asked: str, served: str) -> Blocked | None:
    """What moderation refused, or None where the error means something else."""
    body = error.body if isinstance(error.body, dict) else {}
    if error.code not in MODERATION and "safety system" not in str(body.get("message", "")):
        return None
    details = body.get("moderation_details")
    details = details if isinstance(details, dict) else {}
    stage = details.get("moderation_stage")
    stage = stage if isinstance(stage, str) and stage in STAGES else None
    categories = _categories(details.get("categories"))
    what = STAGES[stage] if stage else "the request or what was drawn"
    told = f" ({', '.join(categories)})" if categories else ""
    return Blocked(
        asked_model=asked,
        served_model=served,
        stage=stage,
        categories=categories,
        reason=f"The provider's safety system refused {what}{told}. Word the prompt differently.",
        request_id=request_id(error),
    )


def refused(error: APIStatusError, model: str) -> ProviderRefused | None:
    """The error to raise where asking again does not help; None where it may."""
    status = error.status_code
    if error.code in NO_MONEY:
        return ProviderRefused(
            f"The provider's account has no credit left ({error.code}): add some, or use another account's key."
        )
    if status == BUSY or status >= SERVER_ERROR:
        return None
    if error.code in NO_MODEL or (status in {403, 404} and "model" in _words(error)):
        return ModelUnavailable(f"The provider does not serve {model} to this account (HTTP {status}).")
    reason = REASONS.get(status, "it takes the request for wrong")
    about = f" It names the parameter {error.param!a}." if _is_word(error.param) else ""
    if 300 <= status < 400:
        reason = "it points elsewhere, where the key must not go. Check the block's base_url"
    return ProviderRefused(f"The provider refused (HTTP {status}): {reason}.{about}")


def request_id(error: APIStatusError) -> str | None:
    """What to name when asking the provider's support."""
    return safe_id(error.request_id)


def safe_id(found: str | None) -> str | None:
    """An id as the provider gave it; None unless it looks like one."""
    return found if found and len(found) <= 100 and found.isascii() and found.replace("-", "_").isidentifier() else None


def _words(error: APIStatusError) -> str:
    return str(error.body)[:2000].lower() if error.body else ""


def _is_word(text: Any) -> bool:
    return isinstance(text, str) and len(text) <= 40 and text.replace("[", "").replace("]", "").isidentifier()


def _categories(found: Any) -> tuple[str, ...]:
    words = found if isinstance(found, list) else []
    return tuple(dict.fromkeys(word for word in words[:20] if isinstance(word, str) and _is_category(word)))


def _is_category(word: str) -> bool:
    return 0 < len(word) <= 40 and word.isascii() and word.replace("/", "").replace("-", "").replace("_", "").isalpha()
