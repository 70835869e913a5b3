"""Model versions over the asset store: immutable, digested, named by aliases that can be rolled back."""

from blocks.model_registry.alias import AliasChange
from blocks.model_registry.block import ModelRegistry
from blocks.model_registry.errors import (
    AliasMoved,
    ModelNotFound,
    ModelRegistryError,
    UnsafeModelFile,
    WeightsDamaged,
)
from blocks.model_registry.trusted import load_skops
from blocks.model_registry.version import ModelFile, ModelVersion

__all__ = [
    "AliasChange",
    "AliasMoved",
    "ModelFile",
    "ModelNotFound",
    "ModelRegistry",
    "ModelRegistryError",
    "ModelVersion",
    "UnsafeModelFile",
    "WeightsDamaged",
    "load_skops",
]
