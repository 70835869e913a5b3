"""The official file, where it is there."""

from pathlib import Path

import pytest

FILE = Path(__file__).parents[4] / "shared/data/fraud/KDDTrain+_20Percent.txt"


@pytest.fixture
def nsl_kdd_file() -> Path:
    """NSL-KDD's 20 % training file."""
    if not FILE.exists():
        pytest.skip("the official NSL-KDD file is not beside the project")
    return FILE
