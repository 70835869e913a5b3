"""Materials made by formulas: what the estimator learns from, and exact maps to test with."""

from models.pbr.procedural.material import KINDS, draw_material

__all__ = ["KINDS", "draw_material"]
