"""Small networks on one thread: side by side with other runs a second one costs more than it brings."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """Torch computes on one thread meanwhile, where it has been imported; sums are then made in one order too."""
    torch = sys.modules.get("torch")
    if torch is None:  # a rule needs none
        yield
        return
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
