"""What the worker under test loads: `orchestrate` with types for the small flows."""

from orchestra import TYPES, add

from flows.orchestration import TASK_TYPES, orchestrate

__all__ = ["add", "orchestrate"]

TASK_TYPES.update(TYPES)
