"""Sceneries: what surrounds a world's things, each a function from a seed's chance to solids and ground."""
