"""What every feed can do: how long it is waited for, and the window it is read for."""

from datetime import datetime

from prefect.blocks.core import Block
from pydantic import Field

from blocks.social.post import Post
from blocks.social.reader import Reader


class Feed(Block):
    """A source of public posts. Its subclasses are what is saved."""

    timeout: float = Field(10.0, gt=0, le=60, description="Seconds for one answer, from its first byte to its last.")
    attempts: int = Field(3, ge=1, le=10, description="How often a request is sent before giving up.")
    patience: float = Field(20.0, ge=0, le=600, description="Most seconds spent on pauses between attempts.")

    def _reader(self, **headers: str) -> Reader:
        return Reader(timeout=self.timeout, attempts=self.attempts, patience=self.patience, headers=headers)


def in_window(posts: list[Post], since: datetime, until: datetime) -> list[Post]:
    """Posts from `since` (inclusive) to `until` (exclusive), each id once, newest first."""
    unique = {post.id: post for post in posts if since <= post.created_at < until}
    return sorted(unique.values(), key=lambda post: (post.created_at, post.id), reverse=True)
