"""The local stack: PostgreSQL, Prefect server, workers and gateway of one checkout, kept running together."""
