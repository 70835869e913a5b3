"""A post, whatever source it is from."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

LONGEST_TEXT = 10_000  # characters that are kept of a post


class Post(BaseModel):
    """What one person or paper said in public: a stranger's text, plain, without markup, and never to be trusted."""

    model_config = ConfigDict(frozen=True)

    source: str = Field(description="Where it was read.", examples=["reddit", "x", "news:decrypt.co"])
    id: str = Field(description="Its id there.")
    url: str | None = Field(description="Its address, http or https; null where the source gives none that is safe.")
    text: str = Field(max_length=LONGEST_TEXT, description="Title and body as plain text.")
    author: str | None = Field(None, description="Name of its author there.")
    community: str | None = Field(None, description="Where it was posted: a subreddit, a paper.")
    created_at: datetime = Field(description="When, UTC.")
    likes: int = Field(0, ge=0, description="Likes, or votes up less votes down.")
    replies: int = Field(0, ge=0, description="Comments or replies.")
    shares: int = Field(0, ge=0, description="Reposts and quotes.")
    language: str | None = Field(None, description="ISO 639-1 code, where the source says.", examples=["en"])
    author_since: datetime | None = Field(None, description="When the author's account was made, where known.")
    author_followers: int | None = Field(None, ge=0, description="Followers of the author, where known.")
    promoted: bool = Field(False, description="Whether the source marks it as an advertisement.")
    automated: bool = Field(False, description="Whether the source marks it as pinned or written by a machine.")
