"""Layers as plain float32 arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vaeviz.records import Array, Layer


def linear(weight: Array, bias: Array, relu: bool = False) -> Layer:
    """A linear layer of weight (out, in), in float32."""
    out, n_in = weight.shape
    return Layer("linear", f4(weight), f4(bias), relu, (n_in,), (out,))


def f4(values: Array) -> NDArray[np.float32]:
    """As contiguous float32; the same array if it is that already."""
    return np.ascontiguousarray(values, np.float32)
