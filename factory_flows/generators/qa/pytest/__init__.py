"""A pytest suite for a generated FastAPI application."""

from factory_flows.generators.qa.pytest.generator import generate

__all__ = ["generate"]
