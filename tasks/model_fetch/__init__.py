"""Bringing a model's weights to this machine, as a step that is retried."""

from tasks.model_fetch.fetch import fetch_file, fetch_repository

__all__ = ["fetch_file", "fetch_repository"]
