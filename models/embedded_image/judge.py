"""A classifier that says what is on a picture; trained on the renderer's truth, it judges how prompts are followed."""

from pathlib import Path
from typing import Final

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from models.embedded_image.scenes.palette import COLOURS
from models.embedded_image.scenes.scene import (
    FINISHES,
    GROUNDS,
    MATERIALS,
    SHAPES,
    SIZES,
    SKIES,
    TIMES,
    Arrangement,
    Backdrop,
    Landscape,
    Scene,
    Texture,
)

# What can be said of a picture, and the words for it. In a pair the left or the upper thing is the first.
SLOTS: Final[dict[str, tuple[str, ...]]] = {
    "kind": ("alone", "pair", "several", "landscape", "texture"),
    "shape": SHAPES,
    "colour": COLOURS,
    "finish": FINISHES,
    "size": SIZES,
    "count": ("2", "3", "4"),
    "relation": ("left", "above"),
    "second_shape": SHAPES,
    "second_colour": COLOURS,
    "setting": ("wall", "floor", "landscape"),
    "backdrop": COLOURS,
    "ground": GROUNDS,
    "time": TIMES,
    "sky": SKIES,
    "material": MATERIALS,
}


def truth(scene: Scene) -> dict[str, str]:
    """What is to be seen of a scene, by slot; slots that do not apply are left out."""
    if isinstance(scene, Texture):
        return {"kind": "texture", "material": scene.material, "colour": scene.colour}
    if isinstance(scene, Landscape):
        return {"kind": "landscape", **_landscape(scene), "sky": scene.sky}
    first = scene.things[0]
    said = {"shape": first.shape, "colour": first.colour, "finish": first.finish, **_setting(scene)}
    if scene.relation is not None:
        second = scene.things[1]
        pair = {"relation": scene.relation, "second_shape": second.shape, "second_colour": second.colour}
        return {"kind": "pair", **said, **pair}
    if len(scene.things) > 1:
        return {"kind": "several", **said, "count": str(len(scene.things))}
    return {"kind": "alone", **said, **({"size": scene.size} if scene.size else {})}


def _landscape(scene: Landscape) -> dict[str, str]:
    return {"ground": scene.ground, "time": scene.time}


def _setting(scene: Arrangement) -> dict[str, str]:
    if isinstance(scene.setting, Backdrop):
        return {"setting": "floor" if scene.setting.floor else "wall", "backdrop": scene.setting.colour}
    return {"setting": "landscape", **_landscape(scene.setting)}


SHIPPED: Final = Path(__file__).parent / "judge" / "judge.safetensors"
"""The judge that comes with the code."""


class Judge(nn.Module):
    """A residual network with one answer a slot; 64 x 64 pictures as `encode_light` has them."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.Sequential(
            nn.Conv2d(3, 32, 5, stride=2, padding=2),
            nn.BatchNorm2d(32),
            nn.SiLU(),
            _Residual(32, 64),
            _Residual(64, 128),
            _Residual(128, 160),
        )
        # The places of things count, so the picture is not averaged away.
        self.feature = nn.Sequential(nn.Flatten(), nn.Dropout(0.1), nn.Linear(160 * 16, 256), nn.SiLU())
        self.answers = nn.ModuleDict({slot: nn.Linear(256, len(words)) for slot, words in SLOTS.items()})

    def features(self, pictures: Tensor) -> Tensor:
        """(picture, 256): what the answers rest on, for distances between sets of pictures."""
        found: Tensor = self.feature(self.trunk(pictures))
        return found

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        """Scores of every slot's words."""
        features = self.features(pictures)
        return {slot: answer(features) for slot, answer in self.answers.items()}

    @torch.inference_mode()
    def say(self, pictures: Tensor) -> list[dict[str, str]]:
        """The likeliest word of every slot, for each picture."""
        said: list[dict[str, str]] = [{} for _ in pictures]
        for slot, scores in self(pictures).items():
            for answers, best in zip(said, scores.argmax(1).tolist(), strict=True):
                answers[slot] = SLOTS[slot][best]
        return said


def save_judge(judge: Judge, file: Path) -> None:
    """Write its numbers in half precision; it is as it was afterwards."""
    save_file({name: _halved(value).contiguous() for name, value in judge.state_dict().items()}, file)


def load_judge(file: Path = SHIPPED) -> Judge:
    """A judge from its file, by default the one that comes with the code."""
    judge = Judge()
    judge.load_state_dict({name: _doubled(value) for name, value in load_file(file).items()})
    return judge.eval()


def _halved(value: Tensor) -> Tensor:
    return value.half() if value.dtype == torch.float32 else value


def _doubled(value: Tensor) -> Tensor:
    return value.float() if value.dtype == torch.float16 else value


class _Residual(nn.Module):
    """Two convolutions that halve the picture, with a way around them."""

    def __init__(self, inward: int, outward: int) -> None:
        super().__init__()
        self.around = nn.Conv2d(inward, outward, 1, stride=2)
        self.through = nn.Sequential(
            nn.Conv2d(inward, outward, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(outward),
            nn.SiLU(),
            nn.Conv2d(outward, outward, 3, padding=1, bias=False),
            nn.BatchNorm2d(outward),
        )

    def forward(self, pictures: Tensor) -> Tensor:
        return nn.functional.silu(self.around(pictures) + self.through(pictures))
