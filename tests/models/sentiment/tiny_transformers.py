"""Transformers of a few thousand weights, made here in the form of a hub's: config, tokenizer, safetensors."""

from pathlib import Path

import torch
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing
from transformers import BertConfig, BertForSequenceClassification, BertModel, PreTrainedTokenizerFast

SENTENCES = """
raised cut to buy sell beats misses estimates plunges surges on weak strong sales warns of losses
sees profit growth is upgraded downgraded by the bank holds its annual meeting names a new chairman
reports tuesday opens an office publishes slides and watches bitcoin falls rises flat
"""
WORDS = SENTENCES.split()


def tiny_tokenizer() -> PreTrainedTokenizerFast:
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys(WORDS)]
    places = {word: place for place, word in enumerate(vocabulary)}
    tokenizer = Tokenizer(WordPiece(places, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer()
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", places["[CLS]"]), ("[SEP]", places["[SEP]"])]
    )
    special = {"unk_token": "[UNK]", "pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, mask_token="[MASK]", **special)


def config(labels: dict[int, str] | None = None, width: int = 32) -> BertConfig:
    """MiniLM's shape, smaller: more heads than a word needs, two layers."""
    named = {"id2label": labels, "label2id": {word: place for place, word in labels.items()}} if labels else {}
    return BertConfig(
        vocab_size=5 + len(dict.fromkeys(WORDS)),
        hidden_size=width,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=4 * width,
        max_position_embeddings=160,
        **named,
    )


def save_encoder(folder: Path, seed: int = 0) -> Path:
    torch.manual_seed(seed)
    BertModel(config()).save_pretrained(folder)
    tiny_tokenizer().save_pretrained(folder)
    return folder


def save_classifier(folder: Path, labels: dict[int, str]) -> Path:
    torch.manual_seed(1)
    BertForSequenceClassification(config(labels)).save_pretrained(folder)
    tiny_tokenizer().save_pretrained(folder)
    return folder
