"""A trained network as plain arrays, for the browser and for its NumPy reference.

A network is a sequence of layers from an input x to an output that the caller interprets:

    linear:  y = [relu](weight @ h + bias)      weight (out, in)
    conv:    y = [relu](weight ⋆ h + bias)      weight (c_out, c_in, 4, 4), stride 2, padding 1
    deconv:  its transpose                      weight (c_in, c_out, 4, 4), stride 2, padding 1

with h the output of the previous layer (at first x), and bias (out,) or (c_out,). Data between
layers are flat, images as planes (C, H, W). A network is that of one (τ, d): a multi-rate
model's (τ, d) is folded into weights and biases, and dimensions beyond d are cut off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vaeviz.records.array import Array

Kind = Literal["linear", "conv", "deconv"]
Output = Literal["gaussian", "bernoulli", "continuous-bernoulli", "categorical"]
Shape = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Layer:
    """One affine layer with an optional relu; shapes are (n,), or (C, H, W) for convolutions."""

    kind: Kind
    weight: Array
    bias: Array
    relu: bool
    in_shape: Shape
    out_shape: Shape

    @property
    def flat(self) -> bool:
        """Whether it is a matrix product, not a convolution."""
        return self.weight.ndim == 2


@dataclass(frozen=True, eq=False)
class Network:
    """Encoder and decoder at one (τ, d), float32.

    The encoder maps an example (D,) to 2d numbers: μ, then log σ², to be clipped to -20 … 10. The
    decoder maps a code (d,) to likelihood parameters: D, or D·K if categorical (K = `levels`, else
    1), where the K logits of a pixel lie side by side after a linear layer, and as K planes (K, H,
    W) after a deconv. `output` says how they become expected data: as they are, by the sigmoid, by
    1 / (1 - e^-a) - 1/a, or Σ_k softmax_k k/(K-1). Values run from `low` to `high` (a Gaussian's
    mean may leave them); `shape` is an example's, (H, W) or (2,).
    """

    encoder: tuple[Layer, ...]
    decoder: tuple[Layer, ...]
    output: Output
    levels: int
    latent: int
    shape: Shape
    low: float
    high: float
    source: str
