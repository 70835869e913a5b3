"""The OpenAPI document of a generated application."""
