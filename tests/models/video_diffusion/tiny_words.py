"""Tiny tokenizers and text encoders, one for each kind that the video pipelines read words with."""

from typing import Any

from transformers import (
    CLIPImageProcessor,
    CLIPVisionConfig,
    CLIPVisionModelWithProjection,
    Gemma3Config,
    Gemma3ForConditionalGeneration,
    GemmaTokenizer,
    Qwen2_5_VLTextConfig,
    Qwen2_5_VLTextModel,
    Qwen2Tokenizer,
    T5Config,
    T5EncoderModel,
    T5Tokenizer,
    UMT5Config,
    UMT5EncoderModel,
)

LETTERS = [chr(code) for code in range(33, 127)]
# System, user and assistant turns in the order in which they are spoken.
CHAT = "{% for message in messages %}{{ message['role'] + ': ' + message['content'] }}\n{% endfor %}"


def t5_tokenizer() -> T5Tokenizer:
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", -9.0), ("▁", -2.0), *((letter, -3.0) for letter in LETTERS)]
    return T5Tokenizer(vocab=pieces, extra_ids=0)


def t5_encoder(words: int = 128) -> T5EncoderModel:
    return T5EncoderModel(
        T5Config(vocab_size=words, d_model=32, d_kv=8, d_ff=32, num_layers=1, num_heads=4, tie_word_embeddings=False)
    )


def umt5_encoder() -> UMT5EncoderModel:
    return UMT5EncoderModel(UMT5Config(vocab_size=128, d_model=32, d_kv=8, d_ff=32, num_layers=1, num_heads=4))


def qwen_tokenizer() -> Qwen2Tokenizer:
    """Byte by byte: a space is Ġ and a new line is Ċ there."""
    tokens = ["<|endoftext|>", *LETTERS, "Ġ", "Ċ"]
    found = Qwen2Tokenizer(vocab={token: number for number, token in enumerate(tokens)}, merges=[])
    found.chat_template = CHAT
    return found


def qwen_encoder() -> Qwen2_5_VLTextModel:
    return Qwen2_5_VLTextModel(
        Qwen2_5_VLTextConfig(
            vocab_size=128,
            hidden_size=16,
            intermediate_size=16,
            num_hidden_layers=2,
            num_attention_heads=2,
            num_key_value_heads=2,
            rope_parameters={"rope_type": "default", "rope_theta": 1e6, "mrope_section": [1, 1, 2]},
        )
    )


def gemma_tokenizer() -> GemmaTokenizer:
    tokens = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "▁", *LETTERS]
    return GemmaTokenizer(vocab={token: number for number, token in enumerate(tokens)}, merges=[])


def gemma_encoder() -> Gemma3ForConditionalGeneration:
    text: dict[str, Any] = {
        "vocab_size": 128,
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 8,
        "layer_types": ["sliding_attention", "full_attention"],
    }
    sight = {
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "image_size": 16,
        "patch_size": 8,
    }
    return Gemma3ForConditionalGeneration(
        Gemma3Config(text_config=text, vision_config=sight, mm_tokens_per_image=4, image_token_index=5)
    )


def clip_sight() -> tuple[CLIPVisionModelWithProjection, CLIPImageProcessor]:
    settings = CLIPVisionConfig(
        hidden_size=16,
        intermediate_size=16,
        projection_dim=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=224,
        patch_size=56,
    )
    return CLIPVisionModelWithProjection(settings), CLIPImageProcessor()
