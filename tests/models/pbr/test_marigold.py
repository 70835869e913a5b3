"""Marigold's pipelines, tiny and untrained, saved as its weights are and read back."""

from pathlib import Path

import numpy as np
import pytest
import torch

from models.pbr.maps import MapsRefused, check_maps
from models.pbr.relief import normals_of_height

pytestmark = pytest.mark.image

APPEARANCE = {
    "target_names": ["albedo", "material"],
    "albedo": {"prediction_space": "srgb", "up_to_scale": False},
    "material": {"prediction_space": "stack", "sub_target_names": ["roughness", "metallicity", None]},
    "roughness": {"prediction_space": "linear", "up_to_scale": False},
    "metallicity": {"prediction_space": "linear", "up_to_scale": False},
}


def parts(folder: Path, targets: int) -> dict[str, object]:
    from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

    torch.manual_seed(targets)
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = {"<|startoftext|>": 0, "<|endoftext|>": 1, "a</w>": 2}
    return {
        "unet": UNet2DConditionModel(
            block_out_channels=(8, 16),
            layers_per_block=1,
            in_channels=4 * (1 + targets),
            out_channels=4 * targets,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
            cross_attention_dim=16,
            attention_head_dim=8,
            norm_num_groups=4,
        ),
        "vae": AutoencoderKL(
            block_out_channels=(8, 16),
            down_block_types=("DownEncoderBlock2D", "DownEncoderBlock2D"),
            up_block_types=("UpDecoderBlock2D", "UpDecoderBlock2D"),
            latent_channels=4,
            norm_num_groups=4,
        ),
        "scheduler": DDIMScheduler(prediction_type="v_prediction", clip_sample=False),
        "text_encoder": CLIPTextModel(
            CLIPTextConfig(
                vocab_size=3,
                hidden_size=16,
                intermediate_size=16,
                num_hidden_layers=1,
                num_attention_heads=2,
                max_position_embeddings=8,
                bos_token_id=0,
                eos_token_id=1,
                pad_token_id=1,
            )
        ),
        "tokenizer": CLIPTokenizer(vocab=vocabulary, merges=[], model_max_length=8),
    }


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    from diffusers import MarigoldIntrinsicsPipeline, MarigoldNormalsPipeline

    root = tmp_path_factory.mktemp("marigold")
    defaults = {"default_denoising_steps": 1, "default_processing_resolution": 32}
    MarigoldIntrinsicsPipeline(
        **parts(root / "intrinsics", 2), prediction_type="intrinsics", target_properties=APPEARANCE, **defaults
    ).save_pretrained(root / "intrinsics", safe_serialization=True)
    MarigoldNormalsPipeline(**parts(root / "normals", 1), prediction_type="normals", **defaults).save_pretrained(
        root / "normals", safe_serialization=True
    )
    return root / "intrinsics", root / "normals"


def test_maps_come_from_saved_pipelines(folders: tuple[Path, Path]) -> None:
    from models.pbr.marigold import Marigold

    picture = np.random.default_rng(1).integers(0, 255, (40, 48, 3), np.uint8)
    model = Marigold(*folders)
    for seamless in (False, True):
        maps = model.estimate(picture, seamless, seed=3)
        check_maps(maps)
        assert maps.shape == (40, 48)
        assert np.abs(maps.normal - normals_of_height(maps.height * maps.depth, seamless)).max() < 1e-3
        assert np.array_equal(maps.basecolor, model.estimate(picture, seamless, seed=3).basecolor)
        assert not np.array_equal(maps.basecolor, model.estimate(picture, seamless, seed=4).basecolor)
        assert "Marigold" in maps.notes[-1]


def test_other_weights_are_refused(folders: tuple[Path, Path], tmp_path: Path) -> None:
    from models.pbr.marigold import Marigold

    with pytest.raises(MapsRefused, match=r"model_index\.json"):
        Marigold(tmp_path, folders[1])
    with pytest.raises(MapsRefused):
        Marigold(folders[1], folders[1])
    pickled = tmp_path / "pickled"
    import shutil

    shutil.copytree(folders[0], pickled)
    for weights in pickled.rglob("*.safetensors"):
        torch.save({}, weights.with_suffix(".bin"))
        weights.unlink()
    with pytest.raises(MapsRefused, match="safetensors"):
        Marigold(pickled, folders[1])
