"""Running several flows in the order of what they need of each other."""
