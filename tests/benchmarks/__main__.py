"""`make bench`: every benchmark of this folder, one after the other."""

from pathlib import Path

import start_latency

if __name__ == "__main__":
    start_latency.main(Path("var/benchmarks/start_latency.json"))
