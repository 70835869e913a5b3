"""Checks of an application on GitHub, at every push."""

from factory_flows.generators.infrastructure.github.generator import generate

__all__ = ["generate"]
