"""Transformers by name, from a local folder or the hub's cache: safetensors only, no code of theirs, no download."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

WEIGHTS: Final = "model.safetensors"
MOST_TOKENS: Final = 128
BATCH: Final = 32


class WeightsMissingError(ValueError):
    """A transformer's weights are not on this machine, or not in a form that is read; the message says what to do."""


@dataclass(frozen=True)
class Pretrained:
    """A tokenizer and a network in evaluation mode, with the digest of its weights."""

    tokenizer: Any
    network: Any
    name: str
    digest: str


def load_pretrained(
    where: str | Path, kind: Literal["encoder", "classifier"], *, may_download: bool = False
) -> Pretrained:
    """What is in the folder `where`, or under that name in the hub's cache on this machine (or, with `may_download`,
    on the hub). Raises `WeightsMissingError`.

    Weights are read from model.safetensors alone, as a pickle would run its author's code; for the same reason code
    that comes with a model is never run.
    """
    from transformers import AutoModel, AutoModelForSequenceClassification, AutoTokenizer  # noqa: PLC0415 - heavy
    from transformers.utils.hub import cached_file  # noqa: PLC0415
    from transformers.utils.logging import disable_progress_bar  # noqa: PLC0415

    disable_progress_bar()
    network = AutoModel if kind == "encoder" else AutoModelForSequenceClassification
    local = {"local_files_only": not may_download, "trust_remote_code": False}
    name = str(where)
    try:
        weights = cached_file(name, WEIGHTS, local_files_only=not may_download)
        pretrained = Pretrained(
            tokenizer=AutoTokenizer.from_pretrained(name, **local),
            network=network.from_pretrained(name, use_safetensors=True, **local).eval(),
            name=Path(name).name if Path(name).is_dir() else name,
            digest=_sha256(Path(str(weights))),
        )
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        told = (str(error).splitlines() or [""])[0][:160]
        raise WeightsMissingError(
            f"{name} can't be loaded ({type(error).__name__}: {told}). "
            f"Put its config.json, tokenizer files and {WEIGHTS} into a folder of that name under "
            "SENTIMENT_MODELS_DIR, or let it be fetched with SENTIMENT_DOWNLOAD=true."
        ) from error
    return pretrained


def tokens(pretrained: Pretrained, texts: list[str]) -> Any:
    """The texts as padded tensors, cut to 128 tokens."""
    return pretrained.tokenizer(texts, padding=True, truncation=True, max_length=MOST_TOKENS, return_tensors="pt")


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
