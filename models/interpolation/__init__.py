"""Videos at another rate: pictures between pictures, moved along with what moves in them.

Pictures are scene-linear float32 (height, width, 3) and stream. Any segment can be made by itself, elsewhere:

    retiming = Retiming(Fraction(24), Fraction(60), source_frames=121)
    needed = retiming.needed(60, 120)                                         # the sources 24 to 48
    segment = interpolate(frames(needed), retiming, 60, 120, cuts)            # the result's pictures 60 to 119

`retiming.cuts(cuts)` are the scenes of the result; `sources_for` says how many sources a length takes.
"""

from models.interpolation.interpolation import interpolate
from models.interpolation.retiming import CannotRetime, Place, Retiming, sources_for

__all__ = ["CannotRetime", "Place", "Retiming", "interpolate", "sources_for"]
