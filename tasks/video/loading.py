"""One network is loaded at a time: several threads make segments."""

from threading import Lock
from typing import Final

LOADING: Final = Lock()
"""Held while weights are read: diffusers swaps torch's own functions meanwhile, and what another thread builds then is
empty."""
