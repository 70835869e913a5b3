"""Transformers that an operator put on this machine: FinBERT, CryptoBERT, and the encoder of the embedding variant."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from blocks.settings import get_settings

if TYPE_CHECKING:
    from models.sentiment.classifier import Classifier
    from models.sentiment.pretrained import Pretrained

Name = Literal["finbert", "cryptobert"]
HUB: Final[dict[str, str]] = {
    "finbert": "ProsusAI/finbert",
    "cryptobert": "ElKulako/cryptobert",
    "minilm": "sentence-transformers/all-MiniLM-L6-v2",
}


class SentimentSettings(BaseSettings):
    """`SENTIMENT_MODELS_DIR` and `SENTIMENT_DOWNLOAD`, from the environment or a `.env` file."""

    model_config = SettingsConfigDict(env_prefix="SENTIMENT_", env_file=".env", extra="ignore", frozen=True)

    models_dir: Path | None = Field(
        None, description="Folder with finbert/, cryptobert/, minilm/. Unset: <DATA_DIR>/models/transformers."
    )
    download: bool = Field(False, description="Whether weights that are not here may be fetched from the hub.")


def transformer(name: Name) -> "Classifier":
    """FinBERT or CryptoBERT; loaded once a process. Raises `WeightsMissingError`."""
    from models.sentiment.transformer import TransformerClassifier  # noqa: PLC0415 - torch where it is used

    return TransformerClassifier.of(_loaded(*_place(name), "classifier"))


def encoder(name: str = "minilm") -> "Pretrained":
    """The encoder of the embedding variant; loaded once a process. Raises `WeightsMissingError`."""
    return _loaded(*_place(name), "encoder")


def _place(name: str) -> tuple[str, bool]:
    """The operator's folder where it is there, else the hub's name; and whether it may be fetched."""
    settings = SentimentSettings()
    folder = (settings.models_dir or get_settings().home / "models" / "transformers") / name.rpartition("/")[2]
    return (str(folder), False) if folder.is_dir() else (HUB.get(name, name), settings.download)


@lru_cache(maxsize=3)
def _loaded(where: str, may_download: bool, kind: Literal["encoder", "classifier"]) -> "Pretrained":
    from models.sentiment.pretrained import load_pretrained  # noqa: PLC0415 - torch where it is used

    return load_pretrained(where, kind, may_download=may_download)
