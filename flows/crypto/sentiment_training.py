"""The training of the classifier of posts."""

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from blocks.asset_store import Asset
from blocks.source import SourceUri
from blocks.warehouse import Rows
from flows.form import in_declared_order
from models.sentiment.card import Measures
from tasks.provenance import Provenance
from tasks.run import run_id
from tasks.sentiment.training import (
    ClassifierComparison,
    Variant,
    fit_classifier,
    load_labelled,
    register_classifier,
    training_provenance,
)
from tasks.sentiment.training_report import publish_training_artifacts, publish_training_files, training_warnings


class SentimentTrainingRequest(BaseModel):
    """Labelled posts, and how to learn from them."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    posts: SourceUri = Field(
        description="CSV in UTF-8 with the columns text and label (bearish, bullish, neutral, or 0, 1, 2 for them); at "
        "least 300 posts, 30 of each label.",
        examples=["asset://uploads/4f3c2b1a5d6e7f8091a2b3c4d5e6f708/posts.csv"],
    )
    description: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="What the posts are, for the model card; unset: the uri.",
        examples=["Posts of r/CryptoCurrency of 2025, labelled by two people"],
    )
    about_stocks: bool = Field(
        True, description="Whether they are about stocks, mostly: the model card then says so.", examples=[False]
    )
    variant: Variant = Field(
        "tfidf",
        description="`tfidf`: words and characters in a linear model. `minilm`: sentence embeddings and a linear head, "
        "where the MiniLM's weights are on this machine.",
        examples=["tfidf"],
    )


class SentimentTraining(BaseModel):
    """A trained classifier, how it does on unseen posts, and whether it is the champion now."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    run_id: str = Field(description="The flow run.")
    request: SentimentTrainingRequest = Field(description="What was asked for.")
    model_version: str = Field(description="Version on the model card.", examples=["2026-11-23-1f0c22ab"])
    measures: Measures = Field(description="On posts held out, none of them a near-duplicate of one trained on.")
    comparison: ClassifierComparison = Field(description="With the classifier in use, on the same posts.")
    assets: list[Asset] = Field(description="Confusion matrix and model card.")
    rows: list[Rows] = Field([], description="Training publishes no rows.")
    provenance: Provenance = Field(description="Enough to make it again.")
    warnings: list[str] = Field(description="What a reader should know.")


@flow(
    name="train-sentiment-classifier",
    description="Train the classifier of posts, measure it on unseen ones, promote it if it beats the one in use.",
    persist_result=True,
    result_serializer="json",
)
def train_sentiment_classifier(request: SentimentTrainingRequest) -> SentimentTraining:
    """A new version in the model registry; the champion when its macro-F1 is better on the same posts held out.

    Raises `LabelledFileError` and `TooFewPostsError` (ValueErrors) for a file that can't be learned from,
    `WeightsMissingError` for a MiniLM that is not here, `BlockError` when the uri can't be read or a store is away.
    """
    file = load_labelled(
        request.posts, request.description or request.posts, request.variant, about_stocks=request.about_stocks
    )
    training = fit_classifier(file, request.variant)
    comparison = register_classifier(training)
    card = training.classifier.card
    assets = publish_training_files(training)
    publish_training_artifacts(card, comparison, assets)
    return SentimentTraining(
        run_id=run_id(),
        request=request,
        model_version=card.version,
        measures=card.measures,
        comparison=comparison,
        assets=assets,
        provenance=training_provenance(request, training),
        warnings=[*file.warnings, *training_warnings(card)],
    )
