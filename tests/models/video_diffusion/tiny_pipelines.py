"""Randomly initialised pipelines of the very classes that draw videos, each as small as its classes allow."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKLCogVideoX,
    AutoencoderKLHunyuanVideo15,
    AutoencoderKLLTX2Audio,
    AutoencoderKLLTX2Video,
    AutoencoderKLLTXVideo,
    AutoencoderKLTemporalDecoder,
    AutoencoderKLWan,
    CogVideoXDDIMScheduler,
    CogVideoXImageToVideoPipeline,
    CogVideoXPipeline,
    CogVideoXTransformer3DModel,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    HunyuanVideo15ImageToVideoPipeline,
    HunyuanVideo15Pipeline,
    HunyuanVideo15Transformer3DModel,
    LTX2Pipeline,
    LTX2VideoTransformer3DModel,
    LTXPipeline,
    LTXVideoTransformer3DModel,
    StableVideoDiffusionPipeline,
    UNetSpatioTemporalConditionModel,
    UniPCMultistepScheduler,
    WanImageToVideoPipeline,
    WanPipeline,
    WanTransformer3DModel,
)
from diffusers.guiders import ClassifierFreeGuidance
from diffusers.pipelines.ltx2.connectors import LTX2TextConnectors
from diffusers.pipelines.ltx2.vocoder import LTX2Vocoder
from transformers import ByT5Tokenizer, SiglipImageProcessor, SiglipVisionConfig, SiglipVisionModel

from tests.models.video_diffusion import tiny_words as words


def wan_2_2() -> WanPipeline:
    """TI2V-5B's layout: a residual autoencoder of 16x16x4, and time steps of their own for the first picture."""
    vae = AutoencoderKLWan(
        base_dim=4,
        decoder_base_dim=4,
        z_dim=8,
        dim_mult=[1, 1, 1, 1],
        num_res_blocks=1,
        temperal_downsample=[False, True, True],
        latents_mean=[0.0] * 8,
        latents_std=[1.0] * 8,
        is_residual=True,
        in_channels=12,
        out_channels=12,
        patch_size=2,
        scale_factor_spatial=16,
    )
    return WanPipeline(
        tokenizer=words.t5_tokenizer(),
        text_encoder=words.umt5_encoder(),
        vae=vae,
        scheduler=UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=5.0),
        transformer=_wan_transformer(8, 8),
        expand_timesteps=True,
    )


def wan_picture() -> WanImageToVideoPipeline:
    """A14B's layout: two transformers, which draw on from a picture and nothing else."""
    vae = AutoencoderKLWan(
        base_dim=4, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True]
    )
    return WanImageToVideoPipeline(
        tokenizer=words.t5_tokenizer(),
        text_encoder=words.umt5_encoder(),
        vae=vae,
        scheduler=UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0),
        transformer=_wan_transformer(36, 16),
        transformer_2=_wan_transformer(36, 16),
        boundary_ratio=0.9,
    )


def _wan_transformer(channels_in: int, channels_out: int) -> WanTransformer3DModel:
    return WanTransformer3DModel(
        num_attention_heads=2,
        attention_head_dim=12,
        in_channels=channels_in,
        out_channels=channels_out,
        text_dim=32,
        freq_dim=16,
        ffn_dim=32,
        num_layers=1,
        rope_max_seq_len=32,
    )


def ltx_video() -> LTXPipeline:
    vae = AutoencoderKLLTXVideo(
        latent_channels=8,
        block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 8, 8, 8),
        layers_per_block=(1, 1, 1, 1, 1),
        decoder_layers_per_block=(1, 1, 1, 1, 1),
        timestep_conditioning=True,
    )
    return LTXPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(
            use_dynamic_shifting=True, base_shift=0.95, max_shift=2.05, shift_terminal=0.1
        ),
        vae=vae,
        text_encoder=words.t5_encoder(),
        tokenizer=words.t5_tokenizer(),
        transformer=LTXVideoTransformer3DModel(
            in_channels=8,
            out_channels=8,
            num_attention_heads=2,
            attention_head_dim=12,
            cross_attention_dim=24,
            num_layers=1,
            caption_channels=32,
        ),
    )


def ltx_2() -> LTX2Pipeline:
    """Picture and sound: two autoencoders, a vocoder, and one transformer over both."""
    vae = AutoencoderKLLTX2Video(
        latent_channels=8,
        block_out_channels=(8, 16, 32, 64),
        decoder_block_out_channels=(8, 16, 32),
        layers_per_block=(1, 1, 1, 1, 1),
        decoder_layers_per_block=(1, 1, 1, 1),
        spatial_compression_ratio=32,
        temporal_compression_ratio=8,
    )
    sound = AutoencoderKLLTX2Audio(
        base_channels=8, ch_mult=(1,), num_res_blocks=1, latent_channels=2, mel_bins=16, resolution=16
    )
    transformer = LTX2VideoTransformer3DModel(
        in_channels=8,
        out_channels=8,
        num_attention_heads=2,
        attention_head_dim=8,
        cross_attention_dim=16,
        audio_in_channels=8,
        audio_out_channels=8,
        audio_num_attention_heads=2,
        audio_attention_head_dim=4,
        audio_cross_attention_dim=8,
        num_layers=1,
        caption_channels=16,
    )
    connectors = LTX2TextConnectors(
        caption_channels=16,
        text_proj_in_factor=3,
        video_connector_num_attention_heads=4,
        video_connector_attention_head_dim=4,
        video_connector_num_layers=1,
        video_connector_num_learnable_registers=None,
        audio_connector_num_attention_heads=4,
        audio_connector_attention_head_dim=4,
        audio_connector_num_layers=1,
        audio_connector_num_learnable_registers=None,
    )
    return LTX2Pipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(
            use_dynamic_shifting=True, base_shift=0.95, max_shift=2.05, shift_terminal=0.1
        ),
        vae=vae,
        audio_vae=sound,
        text_encoder=words.gemma_encoder(),
        tokenizer=words.gemma_tokenizer(),
        connectors=connectors,
        transformer=transformer,
        vocoder=LTX2Vocoder(
            in_channels=32,
            hidden_channels=16,
            upsample_kernel_sizes=[4, 4],
            upsample_factors=[2, 2],
            resnet_kernel_sizes=[3],
            resnet_dilations=[[1, 3, 5]],
        ),
    )


def hunyuan_1_5() -> HunyuanVideo15Pipeline:
    return HunyuanVideo15Pipeline(**_hunyuan("t2v"))


def hunyuan_picture() -> HunyuanVideo15ImageToVideoPipeline:
    sight = SiglipVisionConfig(
        hidden_size=12, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2, image_size=54, patch_size=2
    )
    return HunyuanVideo15ImageToVideoPipeline(
        **_hunyuan("i2v"),
        image_encoder=SiglipVisionModel(sight),
        feature_extractor=SiglipImageProcessor(size={"height": 54, "width": 54}),
    )


def _hunyuan(kind: str) -> dict[str, Any]:
    return {
        "text_encoder": words.qwen_encoder(),
        "tokenizer": words.qwen_tokenizer(),
        "transformer": HunyuanVideo15Transformer3DModel(
            in_channels=9,
            out_channels=4,
            num_attention_heads=2,
            attention_head_dim=8,
            num_layers=1,
            num_refiner_layers=1,
            text_embed_dim=16,
            text_embed_2_dim=32,
            image_embed_dim=12,
            rope_axes_dim=(2, 2, 4),
            target_size=32,
            task_type=kind,
        ),
        "vae": AutoencoderKLHunyuanVideo15(
            latent_channels=4,
            block_out_channels=(8, 8, 8),
            layers_per_block=1,
            spatial_compression_ratio=8,
            temporal_compression_ratio=4,
            downsample_match_channel=False,
            upsample_match_channel=False,
        ),
        "scheduler": FlowMatchEulerDiscreteScheduler(shift=7.0),
        "text_encoder_2": words.t5_encoder(384),
        "tokenizer_2": ByT5Tokenizer(),
        "guider": ClassifierFreeGuidance(guidance_scale=6.0),
    }


def cogvideox() -> CogVideoXPipeline:
    return CogVideoXPipeline(**_cog(4, learned=False))


def cogvideox_1_5() -> CogVideoXPipeline:
    """Patches of two latents in time as well."""
    return CogVideoXPipeline(**_cog(4, learned=False, time_patch=2))


def cogvideox_picture() -> CogVideoXImageToVideoPipeline:
    """5b-I2V's layout: positions were learned, so that it draws at one size alone."""
    return CogVideoXImageToVideoPipeline(**_cog(8, learned=True))


def _cog(channels: int, *, learned: bool, time_patch: int | None = None) -> dict[str, Any]:
    return {
        "tokenizer": words.t5_tokenizer(),
        "text_encoder": words.t5_encoder(),
        "vae": AutoencoderKLCogVideoX(
            block_out_channels=(8, 8, 8, 8), latent_channels=4, layers_per_block=1, norm_num_groups=2
        ),
        "transformer": CogVideoXTransformer3DModel(
            num_attention_heads=2,
            attention_head_dim=16,
            in_channels=channels,
            out_channels=4,
            time_embed_dim=4,
            text_embed_dim=32,
            num_layers=1,
            sample_width=6,
            sample_height=4,
            sample_frames=9,
            max_text_seq_length=226,
            patch_size_t=time_patch,
            patch_bias=time_patch is None,
            use_rotary_positional_embeddings=learned or time_patch is not None,
            use_learned_positional_embeddings=learned,
        ),
        "scheduler": CogVideoXDDIMScheduler(),
    }


def stable_video() -> StableVideoDiffusionPipeline:
    encoder, extractor = words.clip_sight()
    return StableVideoDiffusionPipeline(
        vae=AutoencoderKLTemporalDecoder(
            down_block_types=("DownEncoderBlock2D",) * 4, block_out_channels=(32, 32, 32, 32), latent_channels=4
        ),
        image_encoder=encoder,
        unet=UNetSpatioTemporalConditionModel(
            down_block_types=("CrossAttnDownBlockSpatioTemporal", "DownBlockSpatioTemporal"),
            up_block_types=("UpBlockSpatioTemporal", "CrossAttnUpBlockSpatioTemporal"),
            block_out_channels=(32, 32),
            addition_time_embed_dim=8,
            projection_class_embeddings_input_dim=24,
            layers_per_block=1,
            cross_attention_dim=16,
            num_attention_heads=2,
            num_frames=5,
        ),
        scheduler=EulerDiscreteScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            interpolation_type="linear",
            prediction_type="v_prediction",
            sigma_max=700.0,
            sigma_min=0.002,
            steps_offset=1,
            timestep_type="continuous",
            use_karras_sigmas=True,
        ),
        feature_extractor=extractor,
    )


TINY: dict[str, Callable[[], Any]] = {
    "wan": wan_2_2,
    "wan-picture": wan_picture,
    "ltx": ltx_video,
    "ltx-2": ltx_2,
    "hunyuan": hunyuan_1_5,
    "hunyuan-picture": hunyuan_picture,
    "cogvideox": cogvideox,
    "cogvideox-1.5": cogvideox_1_5,
    "cogvideox-picture": cogvideox_picture,
    "svd": stable_video,
}


def write_tiny(name: str, folder: Path) -> Path:
    """The pipeline in diffusers' own layout, well under a megabyte."""
    torch.manual_seed(0)
    TINY[name]().save_pretrained(folder, safe_serialization=True)
    return folder
