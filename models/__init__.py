"""Learned models and numerical methods. They know nothing of Prefect, HTTP or where data is kept."""
