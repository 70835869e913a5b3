"""The Application Factory: a sentence becomes a running, proven application."""
