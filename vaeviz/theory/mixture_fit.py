"""A Gaussian fitted to a mixture of Gaussians on a line, by either direction of the KL; nats.

KL(q ‖ p) is taken over draws of q: it is large where q lies and p doesn't, so it has an optimum at
each mode that stands apart. KL(p ‖ q) is taken over draws of p: its one optimum has the mixture's
mean and variance, and covers all modes (Minka 2005, "Divergence measures and message passing").
With z = μ + σt, t ~ N(0, 1) and l = log p, the derivatives of KL(q ‖ p) in μ and s = log σ are
−E[l'(z)] and −1 − E[l'(z) σt]. Expectations are trapezoids over `NODES`, those
of optima over `FINE`: log p bends sharply between narrow modes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from vaeviz.records import Array
from vaeviz.theory.gaussian_kl import LOG_2PI, log_density
from vaeviz.theory.importance import log_mean_exp
from vaeviz.theory.two_gaussians import Gaussian

NODES = np.linspace(-8.0, 8.0, 257)  # deviations of q
FINE = np.linspace(-8.0, 8.0, 4097)
LINE = np.linspace(-14.0, 14.0, 701)  # what integrals over p are taken on
MUS = np.linspace(-6.0, 6.0, 61)  # of the landscape
SIGMAS = np.geomspace(0.15, 5.0, 45)
STEPS = 60  # of the descent that is drawn
SETTLED = 1e-9  # the gradient at an optimum
APART = 1e-4  # two optima that are closer than this are one


@dataclass(frozen=True, eq=False)
class Mixture:
    """Σ_k w_k N(μ_k, σ_k²): `weights` that add up to 1, `mus`, `sigmas`, (K,) each."""

    weights: Array
    mus: Array
    sigmas: Array

    def log(self, z: Array) -> Array:
        """log p(z), of any shape."""
        return _logsumexp(self._parts(z))

    def slopes(self, z: Array) -> tuple[Array, Array]:
        """l'(z) and l''(z): means over the parts' shares r_k(z) of each z."""
        parts = self._parts(z)
        share = np.exp(parts - _logsumexp(parts)[..., None])
        pull = (self.mus - z[..., None]) / self.sigmas**2
        first = (share * pull).sum(-1)
        return first, (share * (pull**2 - 1 / self.sigmas**2)).sum(-1) - first**2

    @property
    def moments(self) -> Gaussian:
        """The Gaussian of the same mean and variance: the optimum of KL(p ‖ q)."""
        mean = float(self.weights @ self.mus)
        return Gaussian(
            mean, float(np.sqrt(self.weights @ (self.sigmas**2 + self.mus**2) - mean**2))
        )

    @property
    def entropy(self) -> float:
        """−E_p log p, by trapezoids over `LINE`."""
        log = self.log(LINE)
        return float(-np.trapezoid(np.exp(log) * log, LINE))

    def _parts(self, z: Array) -> Array:
        at = np.asarray(z, np.float64)[..., None]
        return np.log(self.weights) + log_density(at, self.mus, self.sigmas**2)


@dataclass(frozen=True)
class Optimum:
    """A Gaussian at which no small move lowers the KL; `error` is the quadrature's, in nats: the
    difference to half as many nodes.
    """

    q: Gaussian
    kl: float
    error: float


@dataclass(frozen=True, eq=False)
class Fit:
    """Both directions on one mixture: the `optima` of KL(q ‖ p), the best first; `chosen` is the
    number of the one to which descent along `path` leads from `start`, or None between them;
    `covering` is the optimum of KL(p ‖ q); `landscape` is the KL of the chosen direction.
    """

    p: Mixture
    start: Gaussian
    direction: str
    optima: tuple[Optimum, ...]
    covering: Optimum
    chosen: int | None
    path: Array
    landscape: Array


def fit(p: Mixture, start: Gaussian, direction: str) -> Fit:
    """Everything at once; `direction` is "reverse" for KL(q ‖ p), or "forward"."""
    best, way = tuple(optima(p)), descent(start, p, "reverse")
    end = settle(Gaussian(*way[-1].tolist()), p)
    chosen = next((k for k, one in enumerate(best) if end and _near(one.q, end.q)), None)
    path = way if direction == "reverse" else descent(start, p, direction)
    return Fit(p, start, direction, best, best_forward(p), chosen, path, landscape(p, direction))


def reverse(q: Gaussian, p: Mixture, nodes: Array = FINE) -> float:
    """KL(q ‖ p)."""
    entropy = np.log(q.sigma) + 0.5 * (LOG_2PI + 1)
    weights = np.exp(-0.5 * nodes**2)
    return float(-entropy - weights @ p.log(q.mu + q.sigma * nodes) / weights.sum())


def forward(q: Gaussian, p: Mixture) -> float:
    """KL(p ‖ q): E_p log q has a closed form in the moments of p."""
    m = p.moments
    cross = 0.5 * (LOG_2PI + 2 * np.log(q.sigma) + (m.sigma**2 + (m.mu - q.mu) ** 2) / q.sigma**2)
    return float(cross - p.entropy)


def optima(p: Mixture) -> list[Optimum]:
    """All local optima of KL(q ‖ p), the best first: Newton's method from the landscape's lows."""
    found: list[Optimum] = []
    for row, column in _lows(landscape(p)):
        best = settle(Gaussian(float(MUS[column]), float(SIGMAS[row])), p)
        if best and not any(_near(best.q, other.q) for other in found):
            found.append(best)
    return sorted(found, key=lambda optimum: optimum.kl)


def best_forward(p: Mixture) -> Optimum:
    """The optimum of KL(p ‖ q); its error is that of the mixture's entropy."""
    kl = forward(p.moments, p)
    half = LINE[::2]
    log = p.log(half)
    return Optimum(p.moments, kl, abs(float(-np.trapezoid(np.exp(log) * log, half)) - p.entropy))


def settle(q: Gaussian, p: Mixture) -> Optimum | None:
    """The local optimum of KL(q ‖ p) below `q`, or None where Newton's method finds no minimum."""
    rough = _newton(np.array([q.mu, np.log(q.sigma)]), p, NODES)
    place = _newton(rough, p, FINE)
    gradient, curvature = derivatives(place, p, FINE)
    if np.abs(gradient).max() > SETTLED or np.linalg.eigvalsh(curvature)[0] <= 0:
        return None
    best = _gaussian(place)
    kl, coarser = reverse(best, p), reverse(best, p, FINE[::2])
    return Optimum(best, kl, abs(coarser - kl))


def _newton(place: Array, p: Mixture, nodes: Array) -> Array:
    """Where Newton's method stands still, or after 60 steps.

    Where the curvature is not positive, its absolute value takes its place; a step is halved until
    the KL does not rise.
    """
    now = reverse(_gaussian(place), p, nodes)
    for _ in range(60):
        gradient, curvature = derivatives(place, p, nodes)
        if np.abs(gradient).max() < SETTLED:
            break
        values, vectors = np.linalg.eigh(curvature)
        step = vectors @ (vectors.T @ gradient / np.maximum(np.abs(values), 1e-3))
        step *= min(1.0, 0.5 / np.abs(step).max())
        after = reverse(_gaussian(place - step), p, nodes)
        while after > now + 1e-12 and np.abs(step).max() > 1e-12:
            step = step / 2
            after = reverse(_gaussian(place - step), p, nodes)
        place, now = place - step, after
    return place


def descent(q: Gaussian, p: Mixture, direction: str) -> Array:
    """Places (μ, σ) of natural-gradient descent from `q`, (STEPS + 1, 2)."""
    place, rate = np.array([q.mu, np.log(q.sigma)]), 0.15
    path = [place]
    for _ in range(STEPS):
        gradient = derivatives(place, p)[0] if direction == "reverse" else _forward(place, p)
        step = (
            rate * gradient * [np.exp(2 * place[1]), 0.5]
        )  # the inverse of the Fisher information
        place = place - step * min(1.0, 0.4 / np.abs(step).max()) if step.any() else place
        path.append(place)
    return np.column_stack([np.array(path)[:, 0], np.exp(np.array(path)[:, 1])])


def derivatives(place: Array, p: Mixture, nodes: Array = NODES) -> tuple[Array, Array]:
    """Gradient (2,) and curvature (2, 2) of KL(q ‖ p) in (μ, log σ)."""
    mu, away = place[0], np.exp(place[1]) * nodes
    first, second = p.slopes(mu + away)
    weights = np.exp(-0.5 * nodes**2)
    mean = weights / weights.sum()
    mixed = -(mean @ (second * away))
    gradient = np.array([-(mean @ first), -1 - mean @ (first * away)])
    both = -(mean @ (second * away**2 + first * away))
    return gradient, np.array([[-(mean @ second), mixed], [mixed, both]])


def landscape(p: Mixture, direction: str = "reverse") -> Array:
    """The KL over `SIGMAS` × `MUS`, (S, M)."""
    if direction == "forward":
        m, sigmas = p.moments, SIGMAS[:, None]
        cross = np.log(sigmas) + (m.sigma**2 + (m.mu - MUS) ** 2) / (2 * sigmas**2)
        return cross + 0.5 * LOG_2PI - p.entropy
    mean = (_blurs() @ p.log(_WIDE)).reshape(len(SIGMAS), len(MUS))
    return -np.log(SIGMAS)[:, None] - 0.5 * (LOG_2PI + 1) - mean


_WIDE = np.linspace(-46.0, 46.0, 1381)


@lru_cache
def _blurs() -> Array:
    """Weights (S · M, n) by which log p on `_WIDE` gives E_q log p, the same for every mixture."""
    log = log_density(_WIDE, MUS[None, :, None], SIGMAS[:, None, None] ** 2)
    weights = np.exp(log).reshape(-1, len(_WIDE))
    return weights / weights.sum(1, keepdims=True)


def _lows(values: Array) -> list[list[int]]:
    """Row and column of each place that no neighbour lies below."""
    padded = np.pad(values, 1, constant_values=np.inf)
    s, m = values.shape
    around = [padded[i : i + s, j : j + m] for i in range(3) for j in range(3)]
    return np.argwhere(values <= np.minimum.reduce(around)).tolist()


def _forward(place: Array, p: Mixture) -> Array:
    m, variance = p.moments, np.exp(2 * place[1])
    away = place[0] - m.mu
    return np.array([away / variance, 1 - (m.sigma**2 + away**2) / variance])


def _near(one: Gaussian, other: Gaussian) -> bool:
    return abs(one.mu - other.mu) + abs(one.sigma - other.sigma) < APART


def _gaussian(place: Array) -> Gaussian:
    return Gaussian(float(place[0]), float(np.exp(place[1])))


def _logsumexp(parts: Array) -> Array:
    return log_mean_exp(np.asarray(parts, np.float64)) + np.log(parts.shape[-1])
