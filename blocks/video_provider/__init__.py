"""Videos drawn elsewhere: Runway behind its live ids and behind those that it no longer serves.

Submitting, polling and downloading are calls of their own, so that the provider's task id can be kept before anything
is waited for, and a restart goes on where it was rather than paying again:

    provider = VideoProvider.default()
    submitted = provider.submit(HostedClip(prompt=…, model="runway-gen2"))   # paid for from here on: keep task_id
    ended = provider.wait(submitted.task_id, on_poll)                        # or `poll`, once
    video = provider.download(ended, folder / "clip.mp4")                    # where `ended` is `Finished`
"""

from blocks.video_provider.block import VideoProvider
from blocks.video_provider.catalogue import LIVE, RETIRED, HostedModel
from blocks.video_provider.errors import (
    AnswerUnreadable,
    ModelRetired,
    ModelUnsuited,
    NoKey,
    OutcomeUnknown,
    OutputExpired,
    ProviderAway,
    ProviderBusy,
    ProviderRefused,
    StillRunning,
    TaskUnknown,
    UnknownModel,
    VideoProviderError,
)
from blocks.video_provider.progress import Blocked, Cancelled, Ended, Failed, Finished, Progress, Waiting
from blocks.video_provider.request import HostedClip
from blocks.video_provider.submitted import Downloaded, Submitted

__all__ = [
    "LIVE",
    "RETIRED",
    "AnswerUnreadable",
    "Blocked",
    "Cancelled",
    "Downloaded",
    "Ended",
    "Failed",
    "Finished",
    "HostedClip",
    "HostedModel",
    "ModelRetired",
    "ModelUnsuited",
    "NoKey",
    "OutcomeUnknown",
    "OutputExpired",
    "Progress",
    "ProviderAway",
    "ProviderBusy",
    "ProviderRefused",
    "StillRunning",
    "Submitted",
    "TaskUnknown",
    "UnknownModel",
    "VideoProvider",
    "VideoProviderError",
    "Waiting",
]
