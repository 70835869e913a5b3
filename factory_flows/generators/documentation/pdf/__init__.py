"""Documents as a PDF, for people who print them or hand them on."""

from factory_flows.generators.documentation.pdf.generator import generate

__all__ = ["generate"]
