"""Why a process ended, in words."""

import signal


def exit_reason(exit_code: int | None) -> str:
    """What an exit code of a Python process says; negative codes are signals."""
    if exit_code is None:
        return "its process vanished"
    if exit_code >= 0:
        return f"its process ended by itself with exit code {exit_code}"
    try:
        name = signal.Signals(-exit_code).name
    except ValueError:
        name = f"signal {-exit_code}"
    hint = {
        "SIGKILL": " (often the system running out of memory)",
        "SIGSEGV": " (a segmentation fault in native code)",
        "SIGABRT": " (native code gave up)",
        "SIGBUS": " (often shared memory or disk running out)",
    }.get(name, "")
    return f"its process was killed by {name}{hint}"
