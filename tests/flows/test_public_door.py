"""What `from flows import …` offers, and what it costs."""

import subprocess
import sys

import flows

HEAVY = {
    "torch",
    "diffusers",
    "transformers",
    "xgboost",
    "sklearn",
    "ccxt",
    "google.cloud",
    "matplotlib",
    "talib",
    "pandas",
}
EVERYTHING = "import sys, flows; [getattr(flows, name) for name in flows.__all__]; print('\\n'.join(sys.modules))"
COST = """
import time
began = time.process_time()  # not the wall clock: other programs may hold the processors
import prefect, prefect.flows, prefect.artifacts
between = time.process_time()
from flows import predict_price
print((time.process_time() - between) / (between - began))
"""


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout


def test_what_is_offered_is_sorted_and_there():
    assert flows.__all__ == sorted(flows.__all__)
    assert all(hasattr(flows, name) for name in flows.__all__)


def test_importing_flows_loads_nothing_heavy():
    loaded = set(run(EVERYTHING).split())
    assert loaded & HEAVY == set()


def test_importing_flows_is_cheap_beside_prefect():
    assert min(float(run(COST)) for _ in range(3)) < 1.0
