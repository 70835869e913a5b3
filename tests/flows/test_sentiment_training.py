"""train_sentiment_classifier from end to end: an uploaded file, the registry, promotion, artifacts."""

from typing import Any

import pytest

from blocks.asset_store import AssetStore
from blocks.model_registry import ModelRegistry
from flows.crypto.sentiment_training import SentimentTraining, train_sentiment_classifier
from models.sentiment.learning import TooFewPostsError
from models.sentiment.pretrained import WeightsMissingError
from tasks.sentiment.classifier import MODEL, classifier_of_run
from tests.flows.test_crypto import artifacts
from tests.models.sentiment.labelled import labelled

pytestmark = pytest.mark.crypto


def upload(content: str | bytes, name: str = "posts.csv") -> str:
    body = content.encode() if isinstance(content, str) else content
    return AssetStore.default().put(f"uploads/4f3c2b1a5d6e7f8091a2b3c4d5e6f708/{name}", body, "text/csv").uri


def csv_of(count: int = 320, **options: Any) -> str:
    posts = labelled(count, **options)
    return "text,label\n" + "".join(
        f'"{text}",{label}\n' for text, label in zip(posts.texts, posts.labels, strict=True)
    )


def test_a_better_classifier_becomes_the_champion(prefect_api: str) -> None:
    training = train_sentiment_classifier({"posts": upload(csv_of()), "description": "phrases", "about_stocks": False})

    assert isinstance(training, SentimentTraining)
    comparison, measures = training.comparison, training.measures
    assert (comparison.rival, comparison.promoted, comparison.registry_version) == ("shipped", True, 1)
    assert comparison.macro_f1.value == measures.macro_f1.value > comparison.rival_macro_f1.value
    assert [asset.name for asset in training.assets] == ["confusion.png", "model-card.json"]
    version = ModelRegistry.default().resolve(MODEL)
    assert version.metrics["macro_f1"] == measures.macro_f1.value
    assert set(version.files) == {"weights.safetensors", "vocabulary.json", "card.json"}
    chosen = classifier_of_run("default")
    assert (chosen.origin, chosen.classifier.version) == ("champion", training.model_version)
    found = artifacts(training.run_id)
    assert {"sentiment-training-measures", "sentiment-training-summary", "sentiment-training-confusion"} <= set(found)
    assert "is the champion now" in str(found["sentiment-training-summary"])
    assert SentimentTraining.model_validate_json(training.model_dump_json()) == training

    noisy = train_sentiment_classifier({"posts": upload(csv_of(noise=0.9), "noisy.csv")})

    assert (noisy.comparison.rival, noisy.comparison.promoted) == ("champion", False)
    assert any("below 0.77" in warning for warning in noisy.warnings)
    assert ModelRegistry.default().resolve(MODEL).version == 1


def test_a_file_that_can_not_be_learned_from_is_told(prefect_api: str) -> None:
    with pytest.raises(TooFewPostsError, match="1 labelled posts"):
        train_sentiment_classifier({"posts": upload("text,label\n" + "a post,bullish\n" * 400)})


def test_the_embedding_variant_needs_its_encoder(prefect_api: str) -> None:
    with pytest.raises(WeightsMissingError, match="SENTIMENT_MODELS_DIR"):
        train_sentiment_classifier({"posts": upload(csv_of()), "variant": "minilm"})
