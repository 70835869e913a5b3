"""A FastAPI application with SQLAlchemy, Alembic and pydantic."""

from factory_flows.generators.backend.fastapi.generator import generate

__all__ = ["generate"]
