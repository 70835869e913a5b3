"""Imported by a warm worker before it forks executors, never by `flows`: what a first analysis would import."""

import importlib
from importlib.util import find_spec

LATE = (
    "scipy.sparse.csgraph",
    "xgboost",
    "skops.io",
    "sklearn.ensemble",
    "cypcap",
    "dpkt",
    "matplotlib.backends.backend_agg",
    "blocks.warehouse.sql",
    "blocks.warehouse.tables",
)

for name in LATE:
    if find_spec(name.partition(".")[0]):  # an installation without the extra has other flows to run
        importlib.import_module(name)
