"""FinBERT's kind and the MiniLM variant, on transformers made here and read from a folder as a hub's would be."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModel, AutoTokenizer

from models.sentiment.embedding import EmbeddingClassifier, embed
from models.sentiment.embedding_training import EmbeddingRecipe
from models.sentiment.learning import train_classifier
from models.sentiment.pretrained import Pretrained, WeightsMissingError, load_pretrained
from models.sentiment.storage import load_classifier, save_classifier
from models.sentiment.transformer import TransformerClassifier
from tests.models.sentiment import tiny_transformers
from tests.models.sentiment.labelled import labelled

pytestmark = pytest.mark.crypto
FINBERT = {0: "positive", 1: "negative", 2: "neutral"}
CRYPTOBERT = {0: "Bearish", 1: "Neutral", 2: "Bullish"}


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Pretrained:
    return load_pretrained(tiny_transformers.save_encoder(tmp_path_factory.mktemp("minilm")), "encoder")


@pytest.mark.parametrize(("labels", "order"), [(FINBERT, (1, 0, 2)), (CRYPTOBERT, (0, 2, 1))])
def test_labels_are_put_in_order_by_their_words(tmp_path: Path, labels: dict[int, str], order: tuple[int, ...]) -> None:
    pretrained = load_pretrained(tiny_transformers.save_classifier(tmp_path / "finbert", labels), "classifier")
    classifier = TransformerClassifier.of(pretrained)
    texts = ["bitcoin falls", "bank is upgraded to buy and sees strong growth", "", "🚀 unknown"] * 20

    probabilities = classifier.probabilities(texts)

    assert classifier.order == order
    assert (classifier.name, len(classifier.digest)) == ("finbert", 64)
    batch = pretrained.tokenizer(["bitcoin falls"], return_tensors="pt")
    with torch.inference_mode():
        alone = pretrained.network(**batch).logits.softmax(-1)[0].numpy()
    np.testing.assert_allclose(probabilities[0], alone[list(order)], atol=1e-6)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    np.testing.assert_array_equal(classifier.decisions(texts), probabilities.argmax(axis=1))
    assert classifier.probabilities([]).shape == (0, 3)


@pytest.mark.parametrize("labels", [{0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"}, {0: "positive", 1: "negative"}])
def test_labels_without_words_are_refused(tmp_path: Path, labels: dict[int, str]) -> None:
    pretrained = load_pretrained(tiny_transformers.save_classifier(tmp_path / "other", labels), "classifier")

    with pytest.raises(WeightsMissingError, match="id2label"):
        TransformerClassifier.of(pretrained)


def test_what_is_not_here_is_told(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissingError, match="SENTIMENT_MODELS_DIR"):
        load_pretrained(tmp_path / "nowhere", "encoder")
    with pytest.raises(WeightsMissingError, match="SENTIMENT_DOWNLOAD"):
        load_pretrained("someone/not-in-the-cache", "classifier")


def test_pickles_are_not_read(tmp_path: Path) -> None:
    folder = tiny_transformers.save_encoder(tmp_path / "model")
    torch.save(AutoModel.from_pretrained(folder).state_dict(), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()

    with pytest.raises(WeightsMissingError):
        load_pretrained(folder, "encoder")


def test_code_of_a_model_is_not_run(tmp_path: Path) -> None:
    folder = tiny_transformers.save_encoder(tmp_path / "model")
    ran = tmp_path / "ran"
    (folder / "modeling_evil.py").write_text(f"open({str(ran)!r}, 'w').close()\nclass Evil:\n    pass\n")
    document = json.loads((folder / "config.json").read_text())
    changes = {
        "model_type": "evil",
        "auto_map": {"AutoConfig": "modeling_evil.Evil", "AutoModel": "modeling_evil.Evil"},
    }
    (folder / "config.json").write_text(json.dumps(document | changes))

    with pytest.raises(WeightsMissingError):
        load_pretrained(folder, "encoder")
    assert not ran.exists()


def test_embeddings_are_the_mean_over_tokens(encoder: Pretrained) -> None:
    texts = ["bitcoin falls", "the bank is upgraded to buy by the bank and sees strong profit growth", ""]

    points = embed(encoder, texts)

    assert points.shape == (3, 32)
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), 1)
    for text, point in zip(texts[:2], points, strict=False):  # alone, so without padding
        with torch.inference_mode():
            mean = encoder.network(**encoder.tokenizer(text, return_tensors="pt")).last_hidden_state[0].mean(0)
        np.testing.assert_allclose(point, (mean / mean.norm()).numpy(), atol=1e-5)
    np.testing.assert_allclose(embed(encoder, texts * 20)[3:6], points, atol=1e-6)


def test_a_head_is_trained_kept_and_read_back(encoder: Pretrained, tmp_path: Path) -> None:
    training = train_classifier(labelled(300), EmbeddingRecipe(encoder))
    card = training.classifier.card

    assert isinstance(training.classifier, EmbeddingClassifier)
    assert card.variant == "minilm-linear"
    assert card.measures.macro_f1.value > 0.7  # the phrases' words are all that a network at random needs
    files = save_classifier(training.classifier, tmp_path)
    assert [file.name for file in files] == ["weights.safetensors", "card.json"]
    again = load_classifier(tmp_path, lambda name: encoder)
    np.testing.assert_array_equal(
        again.probabilities(training.posts.texts[:20]), training.classifier.probabilities(training.posts.texts[:20])
    )

    other = load_pretrained(tiny_transformers.save_encoder(tmp_path / "minilm", seed=5), "encoder")

    load_classifier.cache_clear()
    with pytest.raises(WeightsMissingError, match="other weights"):
        load_classifier(tmp_path, lambda name: other)
    with pytest.raises(WeightsMissingError, match="needs the encoder"):
        load_classifier(tmp_path)


def test_tokenizers_come_along(tmp_path: Path) -> None:
    folder = tiny_transformers.save_encoder(tmp_path / "model")

    assert AutoTokenizer.from_pretrained(folder)("bitcoin rises")["input_ids"][0] == 2
