"""What is known about the account model: written beside its weights as `card.json`."""

from pydantic import BaseModel, ConfigDict, Field


class AccountMetrics(BaseModel):
    """Measured on accounts that the fit did not see."""

    model_config = ConfigDict(frozen=True)

    how: str = Field(description="How it was measured.")
    average_precision: float
    roc_auc: float
    brier: float
    average_precision_with_token_figures: float = Field(
        description="Average precision among accounts that have token figures. In the data set those without any are "
        "all fraud, which is how it was collected and no law of nature."
    )
    precision_at_threshold: float
    recall_at_threshold: float


class AccountCard(BaseModel):
    """The model's version, data, features, calibration and figures."""

    model_config = ConfigDict(frozen=True)

    name: str = "ethereum-accounts"
    version: str
    source: str
    data_sha256: str
    accounts: int
    frauds: int
    features: tuple[str, ...]
    parameters: dict[str, float | int | str]
    trees: int
    slope: float = Field(description="Platt's calibration: log-odds of fraud = slope * margin + intercept.")
    intercept: float
    threshold: float = Field(description="Probability from which an account is a finding: the best F1 out of fold.")
    metrics: AccountMetrics
    sha256: str = Field(description="Digest of booster.ubj.")
    limits: str
