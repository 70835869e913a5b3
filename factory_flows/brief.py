"""What someone says they want."""

from pydantic import BaseModel, ConfigDict, Field, field_validator

from factory_flows.specification.preferences import Preferences
from flows.form import in_declared_order


class BriefRequest(BaseModel):
    """A wish in words, and what is decided besides."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    description: str = Field(
        min_length=1,
        max_length=20_000,
        description="What the application is to do, in English, Spanish, French, German, Portuguese, Italian, Dutch, "
        "Chinese or Japanese: what it keeps, who uses it, what it is to be made with.",
        examples=[
            "A web app for a library: members borrow books. Each book has a title, an author and an ISBN. Each loan "
            "belongs to a book and a member and has a due date."
        ],
    )
    context: str = Field(
        "",
        max_length=20_000,
        description="Background; read after the description, as more of it.",
        examples=["We are three volunteers and know Python."],
    )
    preferences: Preferences = Field(
        Preferences(), description="Choices that go before what the words say; each may be left out."
    )

    @field_validator("description")
    @classmethod
    def _says_something(cls, description: str) -> str:
        if not any(character.isalnum() for character in description):
            raise ValueError("say in words what the application is to do")
        return description

    @property
    def words(self) -> str:
        """All that is said."""
        return f"{self.description}\n\n{self.context}" if self.context.strip() else self.description
