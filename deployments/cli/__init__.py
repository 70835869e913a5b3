"""`aiflows`, the console command: runs, their results and files from a terminal or a script."""

from deployments.cli.app import app

__all__ = ["app"]
