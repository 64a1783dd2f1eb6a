"""The type of the arrays in records: NumPy, of any float (whole numbers: NDArray[np.int64])."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
