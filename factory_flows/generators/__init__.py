"""From a specification and its architecture to files."""
