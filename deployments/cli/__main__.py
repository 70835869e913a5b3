"""`python -m deployments.cli`."""

from deployments.cli.app import app

app()
