"""What the platform adds to a drawing: a warm run from request to result, beside the bare model's own call.

`python tests/benchmarks/image_overhead.py`, with the stack up (`make up`) on an idle machine. The two take turns, so
that a slow minute falls on both. Afterwards as many runs more, and the memory of the warm worker before and after them.
"""

import os
import statistics
import time
from typing import Annotated, Any, Final

import httpx
import psutil
import typer
from rich.console import Console
from rich.table import Table

from blocks.running_stack import join_running_stack
from blocks.settings import get_settings
from models.drawing import Drawing
from tasks.image.embedded_weights import embedded_weights
from tasks.image.settings import ImageSettings

PROMPT: Final = "a large red circle on a blue background"
MEASURED = {"prompt": PROMPT, "model": "embedded", "seed": 1}
SHARE, SECONDS = 0.05, 0.5  # what a warm run may add
console = Console()


def main(
    rounds: Annotated[int, typer.Option(help="Drawings of each kind.")] = 12,
    more: Annotated[int, typer.Option(help="Runs between the two looks at the memory.")] = 50,
    resolution: Annotated[str, typer.Option(help="Width x height.")] = "512x512",
    steps: int = 60,
) -> None:
    """Measure; 1 when a run adds more than 5 % + 0.5 s."""
    if not join_running_stack():
        raise SystemExit("No stack is up on the data folder: `make up`.")
    request = {**MEASURED, "resolution": resolution, "steps": steps}
    bare = _bare(resolution, steps)
    with httpx.Client(base_url=get_settings().gateway_url, timeout=120) as gateway:
        for _ in range(3):
            _run(gateway, request)
        alone, through = [], []
        for _ in range(rounds):
            alone.append(bare())
            through.append(_run(gateway, request))
        before = _memory()
        for _ in range(more):
            _run(gateway, request | {"steps": 4})
        after = _memory()
    table = Table("", "median s", "from", "to")
    for name, took in (("the model's own call", alone), ("a run, request to result", through)):
        table.add_row(name, f"{statistics.median(took):.3f}", f"{min(took):.3f}", f"{max(took):.3f}")
    console.print(table)
    added = statistics.median(b - a for a, b in zip(alone, through, strict=True))
    allowed = SHARE * statistics.median(alone) + SECONDS
    console.print(
        f"added {added:.3f} s (allowed {allowed:.3f}); {os.cpu_count()} processors, {rounds} of each in turns"
    )
    console.print(f"memory of the warm worker: {before:.0f} MiB, after {more} runs more {after:.0f} MiB")
    raise SystemExit(added > allowed)


def _bare(resolution: str, steps: int) -> Any:
    """A call that draws with the model alone, as the executor has it: one thread, weights in memory."""
    import torch

    from models.embedded_image.model import EmbeddedImageModel

    torch.set_num_threads(1)
    model = EmbeddedImageModel.load(embedded_weights(ImageSettings()))
    width, height = map(int, resolution.split("x"))

    def draw() -> float:
        began = time.perf_counter()
        model.draw(Drawing(PROMPT, width, height, (1,), steps=steps), lambda *_: None)
        return time.perf_counter() - began

    draw()
    return draw


def _run(gateway: httpx.Client, request: dict[str, Any]) -> float:
    began = time.perf_counter()
    answer = gateway.post("/api/v1/generate/image", json=request, headers={"Prefer": "wait=60"})
    took = time.perf_counter() - began
    answer.raise_for_status()
    if answer.status_code != 200 or answer.json()["state"] != "Completed":
        raise SystemExit(f"The run did not complete: {answer.text[:500]}")
    return took


def _memory() -> float:
    """MiB that only the warm worker and its executors hold (their unique set size)."""
    from deployments.stack.layout import Layout
    from deployments.stack.supervisor import Supervisor

    pids = {program.name: program.pid for program in Supervisor(Layout(get_settings())).status()}
    worker = psutil.Process(next(pid for name, pid in pids.items() if "interactive" in name))
    return sum(float(each.memory_full_info().uss) for each in (worker, *worker.children(recursive=True))) / 2**20


if __name__ == "__main__":
    typer.run(main)
