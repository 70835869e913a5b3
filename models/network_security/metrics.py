"""How well a detector finds attacks of kinds it was never shown."""

from pydantic import BaseModel, ConfigDict, Field

Share = float


class HeldOutAttack(BaseModel):
    """One attack name, kept whole from training."""

    model_config = ConfigDict(frozen=True)

    attack: str = Field(description="Its name in the training file.", examples=["guess_passwd"])
    attack_class: str = Field(examples=["r2l"])
    records: int
    found: float = Field(ge=0, le=1, description="Share of its records that were called attacks.")
    found_by_trees: float = Field(
        ge=0,
        le=1,
        description="The same for booster and forest alone at probability 0.5: what novelty adds is the rest.",
    )


class Metrics(BaseModel):
    """Measures on the simulated future; none of its records was seen by the model that judged it.

    Half of its attacks are of kinds never trained on (each name counts the same), a quarter of its normal records are
    of a kind never trained on. Combination and threshold, too, were set without the fold that they are measured on.
    """

    model_config = ConfigDict(frozen=True)

    average_precision_unseen: float = Field(ge=0, le=1, description="Unseen attack kinds against all normal records.")
    roc_auc_unseen: float = Field(ge=0, le=1)
    roc_auc: float = Field(ge=0, le=1, description="All attacks against all normal records.")
    accuracy: float = Field(ge=0, le=1, description="At the threshold.")
    accuracy_of_trees: float = Field(ge=0, le=1, description="Of booster and forest alone at probability 0.5.")
    found_known: float = Field(ge=0, le=1, description="Share of attacks of kinds trained on that were called attacks.")
    found_unseen: float = Field(ge=0, le=1, description="The same of unseen kinds; each name counts the same.")
    false_alarms: float = Field(ge=0, le=1, description="Share of ordinary normal records that were called attacks.")
    false_alarms_changed: float = Field(
        ge=0, le=1, description="The same of normal records of a kind never trained on."
    )
    brier: float = Field(ge=0, le=1)
    held_out: tuple[HeldOutAttack, ...] = Field(description="By attack, most records first.")
    held_out_by: str = Field(
        description="name: each kind is an attack name. cluster: the file has one name only, so that clusters of its "
        "attacks stood for kinds."
    )
