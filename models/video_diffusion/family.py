"""A family of pipelines: what its calls have in common, and how its sizes and frame counts go."""

from abc import ABC, abstractmethod
from math import ceil
from typing import Any, ClassVar

from PIL import Image

from models.clip import Clip, Plan
from models.drawing import DrawingRefused


class Family(ABC):
    """One family around its pipelines in memory.

    Attributes:
        words: Draws from words alone; None where these weights only draw on from a picture.
        picture: Draws on from a picture; None where these weights only draw from words.
    """

    title: ClassVar[str]
    # Pipeline classes of diffusers: the one that draws from words, and the one that draws on from a picture.
    words_class: ClassVar[str | None]
    picture_class: ClassVar[str]
    usual_steps: ClassVar[int]
    usual_guidance: ClassVar[float]
    longest: ClassVar[int]  # frames that the model was trained to draw in one piece
    knows_words: ClassVar[bool] = True
    single_precision_vae: ClassVar[bool] = False
    decodes_in_tiles: ClassVar[bool] = True

    def __init__(self, words: Any | None, picture: Any | None) -> None:
        self.words = words
        self.picture = picture

    @property
    def loaded(self) -> Any:
        """Whichever pipeline there is; where there are both, they share their networks."""
        return self.words or self.picture

    @property
    def serves_both(self) -> bool:
        """Whether weights for words serve pictures too."""
        return True

    @property
    @abstractmethod
    def fps(self) -> float:
        """Frames a second at which the motion is natural."""

    @property
    @abstractmethod
    def frame_step(self) -> int:
        """Frames for each further step of the latents: counts are multiples of it, plus one."""

    @property
    @abstractmethod
    def multiple(self) -> int:
        """What width and height are multiples of."""

    @property
    def most_frames(self) -> int:
        """How many frames it can draw in one piece."""
        return self.longest

    @property
    def fewest_steps(self) -> int:
        """In how few steps its sampler can draw."""
        return 1

    def size(self, clip: Clip) -> tuple[int, int]:
        """Width and height that are drawn: the clip's, rounded up."""
        return ceil(clip.width / self.multiple) * self.multiple, ceil(clip.height / self.multiple) * self.multiple

    def plan(self, clip: Clip) -> Plan:
        """See `VideoModel.plan`."""
        if min(clip.width, clip.height, clip.frames) < 1:
            raise DrawingRefused("width, height and frames must be at least 1")
        if clip.steps is not None and clip.steps < self.fewest_steps:
            raise DrawingRefused(f"{self.title} draws in at least {self.fewest_steps} steps, not {clip.steps}")
        self._check_start(clip)
        if clip.frames > self.most_frames:
            raise DrawingRefused(
                f"{self.title} draws at most {self.most_frames} frames in one piece, not {clip.frames}: ask for fewer, "
                "or for several clips, each from the last frame of the one before"
            )
        notes = []
        if not self.knows_words and (clip.prompt.strip() or clip.negative_prompt.strip()):
            notes.append(f"{self.title} knows no words: it draws on from the picture alone.")
        width, height = self.size(clip)
        return Plan(
            width=width,
            height=height,
            frames=ceil((clip.frames - 1) / self.frame_step) * self.frame_step + 1,
            fps=self.fps,
            steps=self.usual_steps if clip.steps is None else clip.steps,
            guidance=self.usual_guidance if clip.guidance is None else clip.guidance,
            notes=tuple(notes),
        )

    def _check_start(self, clip: Clip) -> None:
        if clip.init is None and self.words is None:
            raise DrawingRefused(f"these weights of {self.title} draw on from a picture: give a first picture")
        if clip.init is not None and self.picture is None:
            raise DrawingRefused(
                f"these weights of {self.title} draw from words alone: leave the first picture out, or configure the "
                "weights that draw on from one"
            )

    def arguments(self, clip: Clip, plan: Plan, start: Image.Image | None) -> dict[str, Any]:
        """What the pipeline is called with; `start` has the size of the plan."""
        found: dict[str, Any] = {
            "prompt": clip.prompt,
            "negative_prompt": clip.negative_prompt,
            "width": plan.width,
            "height": plan.height,
            "num_frames": plan.frames,
            "num_inference_steps": plan.steps,
            "guidance_scale": plan.guidance,
        }
        return found if start is None else {**found, "image": start}
