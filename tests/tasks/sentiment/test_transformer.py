"""Transformers that an operator puts on the machine, by folder; what is not there is told."""

from pathlib import Path

import pytest
from prefect import flow

from models.sentiment.pretrained import WeightsMissingError
from tasks.sentiment.classifier import classifier_of_run
from tasks.sentiment.training import LabelledFile, fit_classifier, register_classifier
from tasks.sentiment.transformer import encoder, transformer
from tests.models.sentiment import tiny_transformers
from tests.models.sentiment.labelled import labelled

pytestmark = pytest.mark.crypto


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SENTIMENT_MODELS_DIR", str(tmp_path / "models"))
    return tmp_path / "models"


def test_finbert_from_its_folder(folder: Path) -> None:
    tiny_transformers.save_classifier(folder / "finbert", {0: "positive", 1: "negative", 2: "neutral"})

    chosen = classifier_of_run("finbert")

    assert (chosen.origin, chosen.classifier.name) == ("transformer", "finbert")
    assert chosen.classifier.probabilities(["bitcoin rises"]).shape == (1, 3)


def test_what_is_not_there_is_told(folder: Path) -> None:
    with pytest.raises(WeightsMissingError, match="ElKulako/cryptobert can't be loaded"):
        transformer("cryptobert")
    with pytest.raises(WeightsMissingError, match="all-MiniLM-L6-v2"):
        encoder()


def test_a_champion_on_embeddings_reads_posts(folder: Path, prefect_api: str) -> None:
    tiny_transformers.save_encoder(folder / "minilm")

    @flow
    def train() -> str:
        training = fit_classifier(LabelledFile(labelled(300), []), "minilm")
        comparison = register_classifier(training)
        assert comparison.promoted
        return training.classifier.version

    version = train()

    chosen = classifier_of_run("default")
    assert (chosen.origin, chosen.classifier.name) == ("champion", "minilm-linear")
    assert chosen.classifier.version == version
