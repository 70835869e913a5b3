"""Imported by a warm worker before it forks executors, never by `flows`: what a first prediction would import.

Importing is all that happens here. Running a network in the process that is forked would start threads, which a fork
does not take along.
"""

import importlib
from importlib.util import find_spec

LATE = (
    "torch",
    "safetensors.torch",
    "skfolio.optimization",
    "arch",
    "lingua",
    "feedparser",
    "talib",
    "ccxt",
    "coingecko_sdk",
    "matplotlib.backends.backend_agg",
    "blocks.exchange.feed",
    "blocks.warehouse.sql",
    "blocks.warehouse.tables",
    "models.sentiment.aggregate",
    "models.sentiment.storage",
    "tasks.crypto.chart",
)

for name in LATE:
    if find_spec(name.partition(".")[0]):  # an installation without the extra has other flows to run
        importlib.import_module(name)

if find_spec("torch"):
    importlib.import_module("torch").set_num_threads(1)  # executors run side by side; one run needs no second thread
