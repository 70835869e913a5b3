"""Documents of a generated application."""
