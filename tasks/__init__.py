"""Typed steps: a task joins a model with a block. The only place with `@task`."""
