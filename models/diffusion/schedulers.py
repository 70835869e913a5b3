"""Samplers by name, and the settings that distilled models want."""

from dataclasses import dataclass
from typing import Any, Final

import diffusers

from models.diffusion.configuration import FewStep, Scheduler

_SCHEDULERS: Final[dict[Scheduler, tuple[str, dict[str, Any]]]] = {
    "euler": ("EulerDiscreteScheduler", {}),
    "euler-a": ("EulerAncestralDiscreteScheduler", {}),
    "dpm++": ("DPMSolverMultistepScheduler", {}),
    "dpm++-karras": ("DPMSolverMultistepScheduler", {"use_karras_sigmas": True}),
    "unipc": ("UniPCMultistepScheduler", {}),
    "ddim": ("DDIMScheduler", {}),
    "lcm": ("LCMScheduler", {}),
}


@dataclass(frozen=True)
class Defaults:
    """Steps and guidance where a request leaves them open."""

    steps: int
    guidance: float


_FULL: Final = Defaults(30, 6.0)
_FEW: Final[dict[FewStep, tuple[Defaults, str, dict[str, Any]]]] = {
    # Model cards of latent-consistency/lcm-lora-sdxl, ByteDance/SDXL-Lightning and stabilityai/sdxl-turbo.
    "lcm": (Defaults(6, 1.5), "LCMScheduler", {}),
    "lightning": (Defaults(4, 0.0), "EulerDiscreteScheduler", {"timestep_spacing": "trailing"}),
    "turbo": (Defaults(2, 0.0), "EulerAncestralDiscreteScheduler", {"timestep_spacing": "trailing"}),
}


def defaults_for(few_step: FewStep | None) -> Defaults:
    """Steps and guidance that suit the way of drawing."""
    return _FEW[few_step][0] if few_step else _FULL


def new_scheduler(present: Any, name: Scheduler | None, few_step: FewStep | None) -> Any:
    """A fresh scheduler with the present one's noise schedule; schedulers remember, so each picture has its own."""
    if few_step:
        _, kind, changes = _FEW[few_step]
    elif name:
        kind, changes = _SCHEDULERS[name]
    else:
        return type(present).from_config(present.config)
    return getattr(diffusers, kind).from_config(present.config, **changes)
