"""Lets a request fail at once where the caller comes back anyway."""

from collections.abc import Iterator
from contextlib import contextmanager

from prefect.context import SettingsContext
from prefect.settings import PREFECT_CLIENT_MAX_RETRIES, Settings, get_current_settings

_made: dict[int, tuple[Settings, Settings]] = {}
"""Settings and their impatient copy; making a copy takes a tenth of a second."""


@contextmanager
def impatient() -> Iterator[None]:
    """Prefect's client repeats a request for a minute, waiting longer each time; in here it does not.

    Whoever looks every few seconds must not sit in such a wait when the server is back.
    """
    current, context = get_current_settings(), SettingsContext.get()
    if id(current) not in _made:
        _made[id(current)] = (current, current.copy_with_update({PREFECT_CLIENT_MAX_RETRIES: 0}))
    if context is None:
        raise RuntimeError("Prefect has no settings in this process")
    with SettingsContext(profile=context.profile, settings=_made[id(current)][1]):
        yield
