"""Radiance fields: cameras and the captures they come from, the ways a camera moves.

Every camera here is in one convention, whatever its file's: see `models.radiance_field.camera`.
"""
