"""Whose alerts and lists a caller may see."""

from deployments.gateway.api_keys import Caller
from deployments.gateway.problems import Problem


def whose(caller: Caller) -> str | None:
    """The caller's own, or everyone's (None) for an admin. Raises Problem 403 for a key without the scope `fraud`."""
    if not caller.may("fraud"):
        held = ", ".join(sorted(caller.scopes))
        raise Problem(403, f"This needs the scope 'fraud'; this key has {held}.", kind="scope")
    return None if caller.is_admin else caller.owner
