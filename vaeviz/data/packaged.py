"""Reading a data file that an installed package carries, without importing that package.

Importing scikit-learn takes more than a second; its digits file takes 20 milliseconds to read.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vaeviz.config import UserError


def read_bytes_csv(package: str, file: str, distribution: str) -> NDArray[np.uint8]:
    """The table (rows, columns) of whole numbers 0-255 in `file`, a (gzipped) CSV inside `package`.

    Raises UserError when the package is missing or its file is damaged.
    """
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise UserError(f"{distribution} is not installed: run pip install {distribution}")
    path = Path(spec.submodule_search_locations[0]) / file
    try:
        return np.loadtxt(path, delimiter=",", dtype=np.uint8, ndmin=2)
    except (OSError, EOFError, ValueError) as error:
        cause = f"{type(error).__name__} in {path.name}"
        raise UserError(
            f"the data file of {distribution} cannot be read ({cause}): reinstall it with "
            f"pip install --force-reinstall {distribution}"
        ) from error
