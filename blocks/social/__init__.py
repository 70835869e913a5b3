"""Public posts about coins: Reddit, X and the news, each with its troubles told apart."""

from blocks.social.errors import FeedAway, FeedBusy, FeedError, FeedRefused, FeedUnreadable
from blocks.social.news import NewsFeeds, paper
from blocks.social.post import Post
from blocks.social.reddit import RedditFeed
from blocks.social.x import XFeed

__all__ = [
    "FeedAway",
    "FeedBusy",
    "FeedError",
    "FeedRefused",
    "FeedUnreadable",
    "NewsFeeds",
    "Post",
    "RedditFeed",
    "XFeed",
    "paper",
]
