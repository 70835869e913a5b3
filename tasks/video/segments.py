"""All segments of a video: tasks of this run, or runs of their own on other machines."""

import os
from collections.abc import Sequence
from typing import Final

from prefect.futures import PrefectFuture, wait
from prefect.task_runners import ThreadPoolTaskRunner

from tasks.one_thread import one_thread
from tasks.orchestration.child import ChildState
from tasks.orchestration.run_steps import run_steps
from tasks.orchestration.schedule import Step
from tasks.video.job import VideoJob
from tasks.video.plan import VideoPlan
from tasks.video.progress import PictureProgress
from tasks.video.segment import KeptSegment, render_part
from tasks.video.settings import VideoSettings

# What making one segment holds: a dozen pictures in light (sources, flow, enlarged) and the encoder's own.
_BYTES_A_PIXEL: Final = 190
_BYTES_ANYWAY: Final = 400 * 2**20


class SegmentsFailed(RuntimeError):
    """Segments could not be made; the message says which and why. Run again: what is there is kept."""


def render_segments(job: VideoJob, priority: str = "normal") -> list[KeptSegment]:
    """Every segment of a job, in order; those that are there already are not made again.

    Raises:
        SegmentsFailed: One could not be made; the others are kept.
        Cancelling: The run is cancelled, and with it the runs that it started.
    """
    deployment = VideoSettings().segments_on
    return _as_runs(job, deployment, priority) if deployment else _as_tasks(job)


def memory_of(plan: VideoPlan) -> int:
    """Bytes that making one segment takes at most."""
    return _BYTES_ANYWAY + _BYTES_A_PIXEL * plan.width * plan.height


def side_by_side(plan: VideoPlan) -> int:
    """How many segments to make at a time: one a core, as many as there is memory for, at least one."""
    import psutil  # noqa: PLC0415 - where videos are made

    wanted = VideoSettings().side_by_side or os.cpu_count() or 1
    fitting = int(psutil.virtual_memory().available * 0.8 // memory_of(plan))
    return max(min(wanted, fitting, len(plan.parts)), 1)


def _as_tasks(job: VideoJob) -> list[KeptSegment]:
    count = side_by_side(job.plan)
    threads = max((os.cpu_count() or 1) // count, 1)
    progress = PictureProgress(job.plan.frames, "Rendering and encoding")
    runner: ThreadPoolTaskRunner[KeptSegment] = ThreadPoolTaskRunner(max_workers=count)
    with one_thread(), runner:
        futures: list[PrefectFuture[KeptSegment]] = [
            runner.submit(render_part, {"job": job, "part": part, "threads": threads, "on_picture": progress})
            for part in job.plan.parts
        ]
        wait(futures)
    failed = [number for number, future in enumerate(futures) if not future.state.is_completed()]
    if failed:
        raise SegmentsFailed(_failure(failed, str(futures[failed[0]].state.message)))
    return [future.result() for future in futures]


def _as_runs(job: VideoJob, deployment: str, priority: str) -> list[KeptSegment]:
    steps = [
        Step(
            f"segment-{part.number}",
            deployment,
            {"job": job.model_dump(mode="json"), "number": part.number},
            frozenset(),
            lambda params: params,
        )
        for part in job.plan.parts
    ]
    ended = run_steps(steps, priority=priority, capabilities={deployment: "video"}, inline=None)
    failed = [
        part.number
        for part, step in zip(job.plan.parts, steps, strict=True)
        if ended[step.id].word != ChildState.COMPLETED.value
    ]
    if failed:
        raise SegmentsFailed(_failure(failed, str(ended[steps[failed[0]].id].error)))
    return [KeptSegment.model_validate(ended[step.id].result["segment"]) for step in steps]


def _failure(numbers: Sequence[int], why: str) -> str:
    others = f" ({len(numbers)} segments in all)" if len(numbers) > 1 else ""
    return f"segment {numbers[0]} could not be made{others}: {why}. Run again: the segments that are there are kept"
