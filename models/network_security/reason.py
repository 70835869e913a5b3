"""Why a record got its score: one feature's share, in numbers and in words."""

from pydantic import BaseModel, ConfigDict, Field


class Reason(BaseModel):
    """One feature's share in a score."""

    model_config = ConfigDict(frozen=True)

    feature: str = Field(description="Name of the feature, of a member or of a rule.", examples=["num_failed_logins"])
    value: float | str | None = Field(description="Its value in the record.", examples=[4.0])
    contribution: float = Field(
        description="How much it moved the log-odds of an attack, above 0 towards one; for novelty alone its share of "
        "the distance; for a rule its severity.",
        examples=[2.31],
    )
    text: str = Field(description="The same in words.", examples=["4 failed logins; the nearest normal record has 0"])
