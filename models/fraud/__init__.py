"""Transaction fraud: point-in-time features, a gradient-boosted detector, its decisions and their reasons."""
