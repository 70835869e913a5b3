"""Imported by the fork server alone, before it forks executors: everything they need, once."""

from deployments.worker.death_signal import die_with_parent
from deployments.worker.preload import preload

die_with_parent()
preload()
