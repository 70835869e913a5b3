"""The embedded model's words: a byte-level tokenizer made from its captions, and a small CLIP text encoder."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

if TYPE_CHECKING:
    from torch import Tensor

LONGEST = 40  # tokens, with the beginning and the end: the scenes' longest wordings have 37
WIDTH = 128
_START, _END = "<|startoftext|>", "<|endoftext|>"


def train_tokenizer(captions: Iterable[str], folder: Path, vocabulary: int = 1000) -> CLIPTokenizer:
    """Learn byte pairs from captions and save them as CLIP's two files; any text can be written with them."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers  # noqa: PLC0415 - only training needs it

    tokenizer = Tokenizer(models.BPE(unk_token=_END, end_of_word_suffix="</w>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Whitespace(), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - 256,
        end_of_word_suffix="</w>",
        initial_alphabet=alphabet,
        special_tokens=[_START, _END],
        show_progress=False,
    )
    tokenizer.train_from_iterator((caption.lower() for caption in captions), trainer)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.model.save(str(folder))
    # The trainer numbers the letters anew each time; in this order the same captions give the same numbers.
    merges = (folder / "merges.txt").read_text().splitlines()[1:]
    words = [_START, _END, *alphabet, *(f"{letter}</w>" for letter in alphabet), *(m.replace(" ", "") for m in merges)]
    numbers = {word: number for number, word in enumerate(dict.fromkeys(words))}
    (folder / "vocab.json").write_text(json.dumps(numbers, ensure_ascii=False))
    return load_tokenizer(folder)


def load_tokenizer(folder: Path) -> CLIPTokenizer:
    """The tokenizer of a folder with `vocab.json` and `merges.txt`."""
    return CLIPTokenizer.from_pretrained(str(folder), model_max_length=LONGEST, local_files_only=True)


def new_text_encoder(tokenizer: CLIPTokenizer) -> CLIPTextModel:
    """An untrained text encoder of three layers."""
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(tokenizer),
            hidden_size=WIDTH,
            intermediate_size=4 * WIDTH,
            num_hidden_layers=3,
            num_attention_heads=4,
            max_position_embeddings=LONGEST,
            projection_dim=WIDTH,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    )


def tokens(tokenizer: CLIPTokenizer, prompts: list[str]) -> "Tensor":
    """(prompt, LONGEST) token numbers; what is longer is cut."""
    batch = tokenizer(
        [prompt.lower() for prompt in prompts],
        padding="max_length",
        truncation=True,
        max_length=LONGEST,
        return_tensors="pt",
    )
    return torch.as_tensor(batch.input_ids)
