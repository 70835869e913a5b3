"""Ends a process when the one that started it ends, however it ended."""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Have Linux kill this process with the thread that started it; elsewhere the end of the pipe has to do.

    The end of the pipe is noticed by a thread, which native code that keeps the interpreter to itself can hold up.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
