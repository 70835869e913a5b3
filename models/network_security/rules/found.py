"""A finding and the rows of its flows."""

import numpy as np
from numpy.typing import NDArray

from models.network_security.rules.finding import Finding

Found = tuple[Finding, NDArray[np.intp]]
