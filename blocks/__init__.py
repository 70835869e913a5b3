"""The outside world as Prefect blocks, each with a local default."""
