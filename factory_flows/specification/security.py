"""What each security level switches on."""

from typing import Final

from factory_flows.specification.constraint import SecurityLevel
from factory_flows.specification.specification import Guards

_SIGNED_IN: Final = frozenset({SecurityLevel.HIGH, SecurityLevel.CRITICAL})


def guards(level: SecurityLevel, people_sign_in: bool | None) -> Guards:
    """The guards of a level. Validation and security headers are on in all of them.

    - low: nothing besides.
    - medium: sign-in, if the brief says that people sign in.
    - high: sign-in with roles, passwords of 12 characters, an account waits after five wrong ones.
    - critical: also an audit of every change; a sign-in lasts 15 minutes, passwords have 15 characters, three tries.

    Args:
        level: How well it is guarded.
        people_sign_in: Said (True, False) or not said (None).
    """
    if level in _SIGNED_IN:
        critical = level is SecurityLevel.CRITICAL
        return Guards(
            level=level,
            auth=True,
            token_minutes=15 if critical else 60,
            lockout=3 if critical else 5,
            audit=critical,
            password_length=15 if critical else 12,
        )
    return Guards(level=level, auth=level is SecurityLevel.MEDIUM and people_sign_in is True)


def contradiction(level: SecurityLevel, people_sign_in: bool | None) -> str | None:
    """Why a level and what is said of signing in exclude each other, in a sentence; None where they don't."""
    if level in _SIGNED_IN and people_sign_in is False:
        return f"Security level {level} has people sign in, and nobody is to sign in: ask for medium, or for sign-in."
    if level is SecurityLevel.LOW and people_sign_in is True:
        return "Security level low has no sign-in, and people are to sign in: ask for medium or more."
    return None
