"""Words to what the networks are told: prompts of any length, with weights such as (ball)1.3 or sea++."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Told:
    """What a pipeline is told: a picture's words, and those of what to keep out."""

    words: Tensor
    pooled: Tensor
    blank_words: Tensor
    blank_pooled: Tensor

    def arguments(self) -> dict[str, Tensor]:
        """As the pipelines of diffusers take it."""
        return {
            "prompt_embeds": self.words,
            "pooled_prompt_embeds": self.pooled,
            "negative_prompt_embeds": self.blank_words,
            "negative_pooled_prompt_embeds": self.blank_pooled,
        }


@torch.inference_mode()
def tell(pipeline: Any, prompt: str, negative_prompt: str) -> Told:
    """Encode words with the pipeline's encoders, two for the base and one for the refiner.

    CLIP reads 75 words' worth at a time; longer prompts are read piece by piece and nothing is left out (compel).
    """
    from compel import Compel, ReturnedEmbeddingsType  # noqa: PLC0415 - loaded with the first picture

    pairs = [(pipeline.tokenizer, pipeline.text_encoder), (pipeline.tokenizer_2, pipeline.text_encoder_2)]
    read = []
    for tokenizer, encoder in ((tokenizer, encoder) for tokenizer, encoder in pairs if encoder is not None):
        reader = Compel(
            tokenizer=tokenizer,
            text_encoder=encoder,
            returned_embeddings_type=ReturnedEmbeddingsType.PENULTIMATE_HIDDEN_STATES_NON_NORMALIZED,
            requires_pooled=encoder is pipeline.text_encoder_2,
            truncate_long_prompts=False,
        )
        read.append([_both(reader(text)) for text in (prompt, negative_prompt, "")])
    longest = max(words.shape[1] for texts in read for words, _ in texts)
    words, blank = (
        torch.cat([_padded(texts[which][0], texts[2][0], longest) for texts in read], -1) for which in (0, 1)
    )
    return Told(words, read[-1][0][1], blank, read[-1][1][1])


def _both(read: Any) -> tuple[Tensor, Tensor]:
    """Words and pooled vector; the first encoder has none of its own."""
    return read if isinstance(read, tuple) else (read, read[:, 0])


def _padded(words: Tensor, nothing: Tensor, length: int) -> Tensor:
    """The words with as many pieces of nothing behind them as the longest text has more."""
    pieces = (length - words.shape[1]) // nothing.shape[1]
    return torch.cat([words, *[nothing] * pieces], 1)
