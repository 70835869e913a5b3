"""An application in a cluster, with Kustomize."""

from factory_flows.generators.infrastructure.kubernetes.generator import generate

__all__ = ["generate"]
