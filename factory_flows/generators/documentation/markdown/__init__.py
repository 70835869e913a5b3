"""Documents as Markdown, for people who read the repository."""

from factory_flows.generators.documentation.markdown.generator import generate

__all__ = ["generate"]
