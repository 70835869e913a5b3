"""Every family of video models, on tiny ones with random weights in diffusers' own layout."""

import json
import pickle
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from models.clip import Clip, Frame
from models.diffusion.checkpoint import UnsafeCheckpoint
from models.diffusion.decoding import DrawingFailed
from models.drawing import DrawingRefused
from models.video_diffusion.configuration import Configuration
from models.video_diffusion.fitting import fitted_frame
from models.video_diffusion.loading import UnknownPipeline, WordsUnreadable
from models.video_diffusion.model import VideoDiffusion

pytestmark = pytest.mark.video

Tiny = Callable[[str], VideoDiffusion]

ASKED = Clip("a red ball", 40, 24, 4, seed=1, steps=2)
START = np.zeros((50, 70, 3), np.uint8)
START[:, 35:] = (255, 128, 0)

FROM_WORDS = ["wan", "ltx", "ltx-2", "hunyuan", "cogvideox", "cogvideox-1.5"]
FROM_PICTURES = ["wan", "wan-picture", "ltx", "ltx-2", "hunyuan-picture", "cogvideox-picture", "svd"]


def drawn(model: VideoDiffusion, **changes: Any) -> list[Frame]:
    clip = replace(ASKED, **changes)
    frames = list(model.draw(clip, lambda *_: None))
    assert len(frames) == clip.frames
    for frame in frames:
        assert frame.shape == (clip.height, clip.width, 3)
        assert frame.dtype == np.float32
        assert 0 <= frame.min() < frame.max() <= 1
    return frames


def differ(one: list[Frame], other: list[Frame]) -> bool:
    return not np.array_equal(np.stack(one), np.stack(other))


@pytest.mark.parametrize("name", FROM_WORDS)
def test_words_seed_and_guidance_make_the_clip(tiny: Tiny, name: str) -> None:
    model = tiny(name)
    first = drawn(model, frames=1)
    assert not differ(first, drawn(model, frames=1))
    changes: list[dict[str, Any]] = [{"seed": 2}, {"prompt": "a blue cube"}, {"guidance": 2.0}]
    for change in [*changes, {"negative_prompt": "cube"}]:
        assert differ(first, drawn(model, frames=1, **change)), change


@pytest.mark.parametrize("name", FROM_PICTURES)
def test_the_first_picture_makes_the_clip(tiny: Tiny, name: str) -> None:
    model = tiny(name)
    first = drawn(model, init=START)
    assert not differ(first, drawn(model, init=START))
    assert differ(first, drawn(model, init=255 - START))


@pytest.mark.parametrize("name", sorted({*FROM_WORDS, *FROM_PICTURES}))
def test_each_step_is_told_and_what_a_listener_raises_stops_within_it(tiny: Tiny, name: str) -> None:
    class Enough(Exception):
        pass

    model = tiny(name)
    clip = replace(ASKED, steps=4, init=START if model.draws_from_pictures else None)
    told: list[tuple[int, int]] = []

    def on_step(step: int, steps: int) -> None:
        told.append((step, steps))
        if step == 2:
            raise Enough

    with pytest.raises(Enough):
        model.draw(clip, on_step)
    assert told == [(1, 4), (2, 4)]
    told.clear()
    model.draw(replace(clip, steps=2), lambda *step: told.append(step))
    assert told == [(1, 2), (2, 2)], "and it draws again"


@pytest.mark.parametrize(
    ("name", "width", "height", "frames", "fps", "steps", "guidance"),
    [
        ("wan", 64, 32, 9, 24.0, 50, 5.0),
        ("wan-picture", 48, 32, 9, 16.0, 50, 5.0),
        ("ltx", 64, 32, 9, 25.0, 50, 3.0),
        ("ltx-2", 64, 64, 9, 24.0, 30, 3.0),
        ("hunyuan", 40, 24, 9, 24.0, 50, 6.0),
        ("hunyuan-picture", 40, 24, 9, 24.0, 50, 6.0),
        ("cogvideox", 48, 32, 9, 8.0, 50, 6.0),
        ("cogvideox-1.5", 48, 32, 9, 16.0, 50, 6.0),
        ("cogvideox-picture", 48, 32, 9, 8.0, 50, 6.0),
    ],
)
def test_sizes_and_frame_counts_are_rounded_up_to_what_the_network_draws(
    tiny: Tiny, name: str, width: int, height: int, frames: int, fps: float, steps: int, guidance: float
) -> None:
    model = tiny(name)
    clip = Clip("a", 40, 24, 6, 1, init=START if model.draws_from_pictures else None)
    plan = model.plan(clip)
    assert (plan.frames, plan.fps, plan.steps, plan.guidance) == (frames, fps, steps, guidance)
    if name != "hunyuan-picture":
        assert (plan.width, plan.height) == (width, height)
    assert model.plan(replace(clip, frames=1)).frames == 1
    assert model.plan(replace(clip, frames=9)).frames == 9
    assert len(drawn(model, frames=6, init=clip.init)) == 6


def test_stable_video_takes_any_count_up_to_its_longest_and_says_that_it_knows_no_words(tiny: Tiny) -> None:
    plan = tiny("svd").plan(replace(ASKED, frames=3, init=START, steps=None))
    assert (plan.width, plan.height, plan.frames, plan.fps, plan.steps) == (64, 64, 3, 7.0, 25)
    assert plan.notes == ("Stable Video Diffusion knows no words: it draws on from the picture alone.",)
    assert tiny("svd").plan(replace(ASKED, prompt="", init=START)).notes == ()
    with pytest.raises(DrawingRefused, match="at most 5 frames in one piece, not 6"):
        tiny("svd").plan(replace(ASKED, frames=6, init=START))


def test_a_picture_gives_hunyuan_one_of_the_shapes_of_its_training(tiny: Tiny) -> None:
    model = tiny("hunyuan-picture")
    wide, tall = (model.plan(replace(ASKED, width=w, height=h, init=START)) for w, h in ((64, 32), (32, 64)))
    assert wide.width > wide.height
    assert (tall.width, tall.height) == (wide.height, wide.width)
    assert wide.width * wide.height == pytest.approx(32 * 32, rel=0.3)


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("cogvideox", {"init": START}, "draw from words alone"),
        ("hunyuan", {"init": START}, "draw from words alone"),
        ("svd", {}, "give a first picture"),
        ("wan-picture", {}, "give a first picture"),
        ("wan", {"frames": 122}, "at most 121 frames"),
        ("cogvideox", {"frames": 10}, "at most 9 frames"),
        ("ltx", {"frames": 0}, "at least 1"),
        ("ltx", {"width": 0}, "at least 1"),
        ("ltx", {"steps": 1}, "at least 2 steps, not 1"),
        ("wan", {"steps": 0}, "at least 1 steps, not 0"),
    ],
)
def test_what_weights_cannot_do_is_refused_before_they_work(
    tiny: Tiny, name: str, changes: dict[str, Any], words: str
) -> None:
    for call in (tiny(name).plan, lambda clip: tiny(name).draw(clip, lambda *_: None)):
        with pytest.raises(DrawingRefused, match=words):
            call(replace(ASKED, **changes))


def test_bfloat16_keeps_wans_decoder_in_single_precision(tiny_folder: Callable[[str], Path]) -> None:
    model = VideoDiffusion.load(Configuration(str(tiny_folder("wan")), dtype="bfloat16"))
    for pipeline in (model._family.words, model._family.picture):
        assert pipeline is not None
        assert pipeline.transformer.dtype == torch.bfloat16
        assert pipeline.vae.dtype == torch.float32
        assert pipeline.vae.use_tiling
    assert model._family.words.transformer is model._family.picture.transformer, "loaded once for both"  # type: ignore[union-attr]
    single = VideoDiffusion.load(Configuration(str(tiny_folder("wan")), vae_tiling=False))
    assert not single._family.loaded.vae.use_tiling
    np.testing.assert_allclose(drawn(model), drawn(single), atol=0.1)
    drawn(model, init=START)


def test_bfloat16_draws_ltx(tiny_folder: Callable[[str], Path], tiny: Tiny) -> None:
    model = VideoDiffusion.load(Configuration(str(tiny_folder("ltx")), dtype="bfloat16"))
    assert np.abs(np.stack(drawn(model)) - np.stack(drawn(tiny("ltx")))).mean() < 0.05


def test_a_network_that_gives_no_numbers_is_an_error(tiny_folder: Callable[[str], Path]) -> None:
    model = VideoDiffusion.load(Configuration(str(tiny_folder("ltx"))))
    with torch.no_grad():
        next(model._family.loaded.vae.decoder.parameters()).fill_(float("nan"))
    with pytest.raises(DrawingFailed, match="no numbers"):
        list(model.draw(ASKED, lambda *_: None))


def test_pickles_and_other_pipelines_are_refused(tiny_folder: Callable[[str], Path], tmp_path: Path) -> None:
    unsafe = shutil.copytree(tiny_folder("ltx"), tmp_path / "unsafe")
    (unsafe / "vae" / "diffusion_pytorch_model.bin").write_bytes(pickle.dumps({}))
    with pytest.raises(UnsafeCheckpoint, match="is a pickle"):
        VideoDiffusion.load(Configuration(str(unsafe)))
    other = shutil.copytree(tiny_folder("ltx"), tmp_path / "other")
    index = json.loads((other / "model_index.json").read_text())
    (other / "model_index.json").write_text(json.dumps({**index, "_class_name": "StableDiffusionPipeline"}))
    with pytest.raises(UnknownPipeline, match=r"StableDiffusionPipeline.*use those of WanPipeline"):
        VideoDiffusion.load(Configuration(str(other)))
    with pytest.raises(UnsafeCheckpoint, match="no such file or folder"):
        VideoDiffusion.load(Configuration(str(tmp_path / "nowhere")))
    with pytest.raises(OSError, match=r"(?i)cache|offline"):
        VideoDiffusion.load(Configuration("nobody/has-this-video-model"))


def test_a_tokenizer_that_needs_a_missing_package_says_which(
    tiny_folder: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = shutil.copytree(tiny_folder("ltx"), tmp_path / "ltx")
    (found / "tokenizer" / "spiece.model").write_bytes(b"\x0a\x0e")
    monkeypatch.setattr("models.video_diffusion.loading.find_spec", lambda _: None)
    VideoDiffusion.load(Configuration(str(found)))  # tokenizer.json says the same
    (found / "tokenizer" / "tokenizer.json").unlink()
    with pytest.raises(WordsUnreadable, match=r"tokenizer/spiece.model needs the package sentencepiece"):
        VideoDiffusion.load(Configuration(str(found)))


def test_frames_are_cut_where_they_are_a_little_too_large_and_resampled_elsewhere() -> None:
    ramp = torch.arange(64.0).expand(3, 48, 64) / 63
    cut = fitted_frame(ramp, 60, 48)
    np.testing.assert_array_equal(cut[0, :, 0], ramp[0, 0, 2:62].numpy())
    half = fitted_frame(ramp, 32, 24)
    np.testing.assert_allclose(half[5, 4:-4, 1], ramp[0, 0].view(32, 2).mean(1)[4:-4], atol=1e-3)
    square = fitted_frame(ramp, 96, 96)
    assert square.shape == (96, 96, 3)
    assert square[50, 48, 0] == pytest.approx(0.5, abs=0.02)
