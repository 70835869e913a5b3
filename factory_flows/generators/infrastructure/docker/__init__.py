"""Images of an application, and all of them on one machine with Compose."""

from factory_flows.generators.infrastructure.docker.generator import generate

__all__ = ["generate"]
