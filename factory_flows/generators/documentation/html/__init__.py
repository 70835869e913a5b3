"""Documents as one page of HTML, for people who read in a browser or print it."""

from factory_flows.generators.documentation.html.generator import generate

__all__ = ["generate"]
