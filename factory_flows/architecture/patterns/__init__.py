"""The eight patterns: what layers and parts each one means for an application."""
