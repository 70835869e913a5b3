"""A video as the demo shows it."""

from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text


def video(result: dict[str, Any]) -> RenderableType:
    """What was made, from what, and what its readers found."""
    if result["outcome"] == "blocked":
        return Text(f"Blocked: {result['refusal']['reason']}", style="red")
    plan, made = result["plan"], result["video"]
    size = f"{plan['width']} x {plan['height']}, {plan['frames']} pictures at {plan['fps']} a second"
    light = f"{plan['hdr']} in {made['dynamic']} pictures, up to {made['max_cll']} cd/m2" if made["max_cll"] else "SDR"
    return Group(
        Text(f"A video of: {result['request']['prompt']}", style="bold"),
        Text(f"{result['served_model']}, drawn at {plan['drawn_width']} x {plan['drawn_height']}, made {size}"),
        Text(f"HEVC {made['profile']}, level {made['level']}; {light}; checked by {', '.join(made['checked_by'])}"),
    )
