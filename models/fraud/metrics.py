"""How good a detector is on a later window."""

from pydantic import BaseModel, ConfigDict, Field


class Metrics(BaseModel):
    """Measures of scores against labels, of a window from which known compromised cards were removed."""

    model_config = ConfigDict(frozen=True)

    transactions: int
    frauds: int
    average_precision: float = Field(ge=0, le=1, description="Area under the precision-recall curve, by steps.")
    roc_auc: float = Field(ge=0, le=1, description="Area under the ROC curve.")
    brier: float = Field(ge=0, le=1, description="Mean squared error of the probability.")
    card_precision_100: float = Field(
        ge=0,
        le=1,
        description="Of the 100 customers with a day's highest scores, the share who were defrauded that day, averaged "
        "over days; a customer once caught is not counted again.",
    )
