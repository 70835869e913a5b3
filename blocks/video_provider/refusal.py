"""What an HTTP error of the API means: a wait, a repeat, or the end.

https://docs.dev.runwayml.com/errors/errors/. Nothing of an answer reaches a message: it may repeat the prompt or part
of the key.
"""

from typing import Final

from runwayml import APIStatusError

from blocks.video_provider.errors import ProviderRefused, TaskUnknown

BUSY: Final = 429
# Said to be safe to repeat: the provider sheds load, and has begun nothing.
SHEDDING: Final = frozenset({502, 503, 504})
SERVER_ERROR: Final = 500
NOT_FOUND: Final = 404
REASONS: Final = {
    401: "it does not accept the API key. Set RUNWAYML_API_SECRET, or the key of the Video provider block, to a valid "
    "one",
    403: "this account or address may not use it",
    404: "there is no such API at this address. Check the block's base_url",
    413: "the picture sent is too large for it",
}


def refused(error: APIStatusError, task_id: str | None = None) -> ProviderRefused | None:
    """The error to raise where asking again does not help; None where it may."""
    status = error.status_code
    if status == BUSY or status >= SERVER_ERROR:
        return None
    if task_id is not None and status == NOT_FOUND:
        return TaskUnknown(f"The provider has no task {task_id}: it was deleted, or another account's key is used.")
    reason = REASONS.get(status, "it takes the request for wrong")
    if 300 <= status < 400:
        reason = "it points elsewhere, where the key must not go. Check the block's base_url"
    elif status in {400, 402} and "enough credits" in str(error.body)[:2000].lower():
        reason = "the account has not enough credits left. Buy some, or use another account's key"
    return ProviderRefused(f"The provider refused (HTTP {status}): {reason}.")
