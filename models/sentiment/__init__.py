"""Sentiment of posts: what they say, which of them count, and what they say together."""
