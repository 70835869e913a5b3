"""A folder in diffusers' layout as one safetensors file in the layout that SDXL was published in."""

import re
from pathlib import Path
from typing import Final

import torch
from safetensors.torch import load_file, save_file

State = dict[str, torch.Tensor]

_RESNET: Final = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}
_UNET: Final = {
    "conv_in": "input_blocks.0.0",
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
    "mid_block.resnets.0": "middle_block.0",
    "mid_block.attentions.0": "middle_block.1",
    "mid_block.resnets.1": "middle_block.2",
}
_ATTENTION: Final = {"group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "proj_out"}
_OPEN_CLIP: Final = {
    "layer_norm1": "ln_1",
    "layer_norm2": "ln_2",
    "mlp.fc1": "mlp.c_fc",
    "mlp.fc2": "mlp.c_proj",
    "self_attn.out_proj": "attn.out_proj",
}


def write_single_file(base: Path, file: Path) -> Path:
    """All networks of a tiny base in one file."""
    parts = {
        "model.diffusion_model.": _unet(_weights(base / "unet")),
        "first_stage_model.": _autoencoder(_weights(base / "vae")),
        "conditioner.embedders.0.transformer.text_model.": _weights(base / "text_encoder"),
        "conditioner.embedders.1.model.": _open_clip(_weights(base / "text_encoder_2")),
    }
    save_file(
        {prefix + name: value.contiguous() for prefix, part in parts.items() for name, value in part.items()}, file
    )
    return file


def _weights(folder: Path) -> State:
    return load_file(next(folder.glob("*.safetensors")))


def _renamed(name: str, names: dict[str, str]) -> str:
    for old, new in names.items():
        name = re.sub(rf"(^|\.){re.escape(old)}(?=\.)", rf"\g<1>{new}", name)
    return name


def _unet(state: State, layers: int = 1) -> State:
    found: State = {}
    for name, value in state.items():
        block = re.match(r"(down|up)_blocks\.(\d)\.(resnets|attentions|downsamplers|upsamplers)\.(\d)\.(.*)", name)
        if block is None:
            new = _renamed(name, _UNET)
        else:
            side, number, kind, layer, rest = block[1], int(block[2]), block[3], int(block[4]), block[5]
            first = number * (layers + 1)
            if kind == "downsamplers":
                new = f"input_blocks.{first + layers + 1}.0.op.{rest.removeprefix('conv.')}"
            elif kind == "upsamplers":  # after the attention, which the first of the two blocks has
                new = f"output_blocks.{first + layers}.{2 if number == 0 else 1}.{rest}"
            else:
                place = f"input_blocks.{first + layer + 1}" if side == "down" else f"output_blocks.{first + layer}"
                new = f"{place}.{int(kind == 'attentions')}.{rest}"
        found[_renamed(new, _RESNET) if "resnets" in name else new] = value
    return found


def _autoencoder(state: State, blocks: int = 4) -> State:
    found: State = {}
    for name, value in state.items():
        new = re.sub(r"encoder\.down_blocks\.(\d)\.resnets\.", r"encoder.down.\1.block.", name)
        new = re.sub(r"encoder\.down_blocks\.(\d)\.downsamplers\.0\.", r"encoder.down.\1.downsample.", new)
        new = re.sub(r"up_blocks\.(\d)", lambda match: f"up.{blocks - 1 - int(match[1])}", new)
        new = new.replace(".resnets.", ".block.").replace(".upsamplers.0.", ".upsample.")
        for number in (0, 1):
            new = new.replace(f"mid_block.block.{number}", f"mid.block_{number + 1}")
        new = new.replace("mid_block.attentions.0", "mid.attn_1").replace("conv_norm_out", "norm_out")
        new = new.replace("conv_shortcut", "nin_shortcut")
        is_attention = "attn_1" in new
        found[_renamed(new, _ATTENTION) if is_attention else new] = (
            value[:, :, None, None] if is_attention and value.ndim == 2 else value
        )
    return found


def _open_clip(state: State) -> State:
    found: State = {}
    for name, value in state.items():
        plain = name.removeprefix("text_model.")
        if plain.startswith("encoder.layers."):
            if "self_attn." in plain and "out_proj" not in plain:
                continue
            found[_renamed(plain.replace("encoder.layers.", "transformer.resblocks."), _OPEN_CLIP)] = value
        elif plain == "text_projection.weight":
            found["text_projection"] = value.T
        else:
            new = {"embeddings.token_embedding.weight": "token_embedding.weight"}.get(plain, plain)
            new = new.replace("embeddings.position_embedding.weight", "positional_embedding")
            found[new.replace("final_layer_norm", "ln_final")] = value
    prefix = "text_model." if any(name.startswith("text_model.") for name in state) else ""
    for layer in {int(match[1]) for name in state if (match := re.search(r"layers\.(\d+)\.", name))}:
        for kind in ("weight", "bias"):
            parts = [state[f"{prefix}encoder.layers.{layer}.self_attn.{part}_proj.{kind}"] for part in "qkv"]
            found[f"transformer.resblocks.{layer}.attn.in_proj_{kind}"] = torch.cat(parts)
    return found
