"""The cards of the video models agree with what draws."""

from dataclasses import dataclass
from typing import Any

import pytest

from blocks.video_provider import LIVE, RETIRED
from tasks.video.model_card import ModelCard, model_cards

pytestmark = pytest.mark.video

DIFFUSION = ["wan-2.2", "ltx-2", "ltx-video", "hunyuan-video-1.5", "cogvideox", "svd"]


def test_every_model_has_a_card() -> None:
    cards = model_cards()
    assert next(iter(cards)) == "nerf"
    assert set(cards) == {"nerf", *DIFFUSION, *LIVE, *RETIRED}
    assert all(card.id == name for name, card in cards.items())


@pytest.mark.parametrize("name", [*LIVE, *RETIRED])
def test_hosted_cards_say_what_the_provider_serves(name: str) -> None:
    card = model_cards()[name]
    assert card.runs == "hosted"
    model = LIVE[RETIRED[name].successors[0] if name in RETIRED else name]
    assert ("text_to_video" in card.features) == bool(model.word_sizes)
    assert ("hdr" in card.features) == (model.hdr_credits is not None)
    assert {tuple(map(int, size.split("x"))) for size in card.native_sizes} == {*model.word_sizes, *model.picture_sizes}
    assert card.served_by == (RETIRED[name].successors if name in RETIRED else ())


def test_gen_2_says_that_it_is_served_no_longer() -> None:
    card = model_cards()["runway-gen2"]
    assert card.title == "Runway: runway-gen2; no longer served, gen4.5 or gen4_turbo draws in its place"
    assert set(card.features) == {"text_to_video", "image_to_video", "seed", "hdr"}


@dataclass
class Settings:
    """Published configurations of the weights that the cards are of, as far as sizes and frames go."""

    values: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        found = self.values[name]
        return Settings(found) if isinstance(found, dict) else found


PUBLISHED: dict[str, dict[str, Any]] = {
    "wan-2.2": {
        "config": {"expand_timesteps": True},
        "vae_scale_factor_temporal": 4,
        "vae_scale_factor_spatial": 16,
        "transformer": {"config": {"patch_size": [1, 2, 2]}},
    },
    "ltx-2": {"vae_temporal_compression_ratio": 8, "vae_spatial_compression_ratio": 32},
    "ltx-video": {"vae_temporal_compression_ratio": 8, "vae_spatial_compression_ratio": 32},
    "hunyuan-video-1.5": {
        "vae_scale_factor_temporal": 4,
        "vae_scale_factor_spatial": 16,
        "transformer": {"config": {"patch_size": 1}},
    },
    "cogvideox": {
        "vae_scale_factor_temporal": 4,
        "vae_scale_factor_spatial": 8,
        "transformer": {
            "config": {
                "patch_size": 2,
                "patch_size_t": None,
                "sample_frames": 49,
                "use_learned_positional_embeddings": False,
            }
        },
    },
    "svd": {"unet": {"config": {"num_frames": 25}}},
}


@pytest.mark.parametrize("name", DIFFUSION)
def test_cards_of_diffusion_models_agree_with_their_families(name: str) -> None:
    from models.video_diffusion.loading import FAMILIES

    titles = {
        "wan-2.2": "Wan",
        "ltx-2": "LTX-2",
        "ltx-video": "LTX-Video",
        "hunyuan-video-1.5": "HunyuanVideo 1.5",
        "cogvideox": "CogVideoX",
        "svd": "Stable Video Diffusion",
    }
    kind = next(kind for kind in FAMILIES if kind.title == titles[name])
    card: ModelCard = model_cards()[name]
    family = kind(Settings(PUBLISHED[name]), None)
    assert (card.fps, card.frame_step, card.longest_frames) == (family.fps, family.frame_step, family.most_frames)
    assert ("text_to_video" in card.features) == (kind.words_class is not None)
    assert ("negative_prompt" in card.features) == kind.knows_words
    for size in card.native_sizes:
        assert all(int(side) % family.multiple == 0 for side in size.split("x")), size
