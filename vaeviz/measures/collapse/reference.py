"""References for a model: coding nothing, a linear code, and memorising examples.

The constant decoder has the same output for every example: the mean (Gaussian, squared error), each
pixel's frequency (Bernoulli) or its histogram (categorical) over training examples:
`Likelihood.constant`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from vaeviz.config import UserError
from vaeviz.densities import LIKELIHOODS, Likelihood, Variance
from vaeviz.measures.collapse.linear_code import Directions, directions, gains
from vaeviz.records import Array

EXAMPLES = 1000  # training examples used
CLOSE = 0.01  # relative change at which the kernel's width is fitted
LATENT = 64  # dimensions of a linear code, at most
ROUNDING = 1e-12  # of a mean square


@dataclass(frozen=True, eq=False)
class Reference:
    """Training examples x (M, D), their constant decoder, and a linear code of its residuals.

    `scale` divides the residuals: 1 for Gaussian data, else the constant decoder's standard
    deviation (D,). Of `halves`, the first is a code of the second half of the examples, the second
    of the first.
    """

    x: Array
    likelihood: Likelihood
    mean: Array
    constant: Array = field(repr=False)  # the constant decoder's parameters
    scale: Array | float
    code: Directions
    halves: tuple[Directions, Directions]
    width: float  # of the kernel, a variance

    @property
    def variance(self) -> float:
        """The best σ² of the constant decoder (Gaussian)."""
        return max(float(((self.x - self.mean) ** 2).mean()), _least(self.x))

    def losses(self, x: Array) -> Array:
        """The constant decoder's loss (N,) of examples (N, D), in the codec's units."""
        return self.likelihood.constant_losses(x, self.constant)

    def linear(self, x: Array, price: float, d: int) -> Array:
        """Nats (N,) that a linear code of d dimensions at this price (τ or β) saves on x (N, D)."""
        return gains(_first(self.code, d), (x - self.mean) / self.scale, price)

    def across(self, price: float, d: int) -> Array:
        """As `linear`, on its own examples, each by the code of the other half: (M,)."""
        residuals = (self.x - self.mean) / self.scale
        first, second = (_first(code, d) for code in self.halves)
        saved = np.zeros(len(residuals))
        saved[::2], saved[1::2] = (
            gains(first, residuals[::2], price),
            gains(second, residuals[1::2], price),
        )
        return saved

    def worth(self, x: Array, d: int) -> Array:
        """Nats (N,) that a code is worth at β = 1 and the best σ²: a linear one or a mixture."""
        if not self.likelihood.variance.shared:
            return self.linear(x, 1.0, d)
        linear, clusters = self.linear(x, self.variance, d), self.clusters(x, self.variance)
        return max(linear, clusters, key=lambda nats: float(nats.mean()))

    def clusters(self, x: Array, variance: float) -> Array:
        """Nats (N,) by which kernels at the training examples beat N(mean, variance I)."""
        squares = squared_distances(x - self.mean, self.x - self.mean)  # (N, M)
        kernel = _log_mean_exp(-0.5 * squares / self.width)
        wider = 0.5 * x.shape[1] * math.log(variance / self.width)
        return kernel + wider + 0.5 * ((x - self.mean) ** 2).sum(1) / variance


def reference(train: Array, likelihood: str, levels: int = 17) -> Reference:
    """The reference of the first 1,000 examples (N, D); `levels` of grey for a categorical
    likelihood.

    UserError for a decoder with a σ² per pixel: it has no τ.
    """
    p = LIKELIHOODS[likelihood].known
    if p.variance is Variance.PER_ELEMENT:
        raise UserError(
            "a decoder with a σ² per pixel has no τ to judge it at: choose another model"
        )
    x = np.array(train[:EXAMPLES], np.float32)
    mean, constant = p.constant(x, levels)
    gaussian = p.variance.shared
    scale = 1.0 if gaussian else p.noise_scale(x, mean)
    residuals = (x - mean) / scale
    code, halves = directions(residuals, LATENT), _halves(residuals)
    width = _kernel_width(x - mean, _least(x)) if gaussian else math.nan
    return Reference(x, p, mean, constant, scale, code, halves, width)


def _first(code: Directions, d: int) -> Directions:
    return Directions(code.mean, code.values[:d], code.vectors[:, :d])


def _halves(residuals: Array) -> tuple[Directions, Directions]:
    """Codes of every second of the residuals (M, D): of the odd ones, and of the even ones."""
    odd = residuals[1::2] if len(residuals) > 1 else residuals
    return directions(odd, LATENT), directions(residuals[::2], LATENT)


def squared_distances(a: Array, b: Array) -> Array:
    """(N, D), (M, D) -> (N, M)."""
    cross = a @ b.T
    return np.maximum((a**2).sum(1)[:, None] + (b**2).sum(1) - 2 * cross, 0)


def _least(x: Array) -> float:
    """The smallest variance above float32 rounding."""
    return ROUNDING * max(float((x.astype(np.float64) ** 2).mean()), 1.0)


def _kernel_width(x: Array, least: float) -> float:
    """The kernel variance that is likeliest for each example under all others, by EM."""
    squares = squared_distances(x, x)
    np.fill_diagonal(squares, np.inf)
    nearest = squares.min(1)
    farther = squares - nearest[:, None]
    np.fill_diagonal(squares, 0)
    least = max(1e-6 * float(x.var(0).mean()), least)
    width, last = max(float(nearest.mean()) / x.shape[1], least), 0.0
    while abs(width - last) > CLOSE * width:
        weights = np.exp(farther * (-0.5 / width))  # (M, M)
        mean_square = np.einsum("nm,nm->n", weights, squares) / weights.sum(1)
        width, last = max(float(mean_square.mean()) / x.shape[1], least), width
    return width


def _log_mean_exp(terms: Array) -> Array:
    top = terms.max(1)
    return top + np.log(np.exp(terms - top[:, None]).mean(1))
