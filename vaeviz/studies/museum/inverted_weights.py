"""Importance weights the wrong way up: large for the draws that explain x worst.

One number x with the decoder N(z, s²) and the prior N(0, 1), where log p(x) is known
(theory/toy_bound.py). With w = p(x, z)/q(z|x), log of the mean of K weights is a lower bound of
log p(x) that rises with K (Burda, Grosse & Salakhutdinov 2016, arXiv:1509.00519). With 1/w it is
the harmonic mean's logarithm, which falls.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaeviz.records import Array
from vaeviz.records.checks import Check
from vaeviz.records.museum import Axes, Bars, Line, Version
from vaeviz.studies.museum.exhibit import Exhibit
from vaeviz.theory.gaussian_kl import log_density
from vaeviz.theory.toy_bound import bound, posterior

X, NOISE = 2.0, 1.0  # the example, and s²
MEAN, VARIANCE = 0.1, 0.6  # of q, which is off; 1/w has a mean, as the variance is below 2 · ½
COUNTS = 2 ** np.arange(9)  # K, from 1 to 256
REPEATS, SHOWN = 2000, 8


def log_weights(log_joint: Array, log_q: Array) -> Array:
    return log_joint - log_q


def inverted(log_joint: Array, log_q: Array) -> Array:
    return log_q - log_joint  # log w of a loss


@dataclass(frozen=True)
class Weighing:
    """Bounds of log p(x) from K draws, and the weights of a few of them."""

    def key(self, wrong: bool) -> Hashable:
        return ("importance", wrong)

    def version(self, wrong: bool, watch: Callable[[Any], None]) -> Version:
        z, log_w = draws(inverted if wrong else log_weights)
        means, errors = bounds(-log_w if wrong else log_w, wrong)
        exact = bound(MEAN, VARIANCE**0.5, X, NOISE)
        one, many = float(means[0]), float(means[-1])
        margin = 4 * float(errors.max())
        check = Check(
            "bound", "more draws tighten the bound", (one, many),
            f"{written(one)} → {written(many)}", f"up to {written(exact.evidence)}",
            one < many < exact.evidence + margin,
        )  # fmt: skip
        across = COUNTS.astype(float)
        return Version(
            (Line("estimate", "rate", across, means),),
            Line("log p(x)", "linear", across, np.full(len(across), exact.evidence)),
            Axes(
                "draws K",
                "nats",
                (0.0, float(np.log10(COUNTS[-1]))),
                (-4.6, -2.0),
                (1, 4, 16, 64, 256),
            ),
            weights_of(z[0, :SHOWN], log_w[0, :SHOWN]),
            (check,),
            (
                ("K = 1", written(one), "The ELBO, nats"),
                (f"K = {COUNTS[-1]}", written(many), "The estimate, nats"),
                ("log p(x)", written(exact.evidence), "Known here, nats"),
            ),
            f"{written(many)} nats at K = {COUNTS[-1]}",
            f"closed form; means of {REPEATS:,} estimates, standard error"
            f" {errors.max():.3f} at most",
        )


def draws(weigh: Callable[[Array, Array], Array]) -> tuple[Array, Array]:
    """z ~ q, (REPEATS, K), and what `weigh` makes of log p(x, z) and log q(z|x)."""
    noise = np.random.default_rng(0).standard_normal((REPEATS, COUNTS[-1]))
    z = MEAN + VARIANCE**0.5 * noise
    log_joint = log_density(z, 0.0, 1.0) + log_density(X, z, NOISE)
    return z, weigh(log_joint, log_density(z, MEAN, VARIANCE))


def bounds(log_w: Array, harmonic: bool) -> tuple[Array, Array]:
    """The mean over all repeats of the bound from the first K draws, and its standard error."""
    sign = -1.0 if harmonic else 1.0
    each = [sign * log_mean_exp(sign * log_w[:, :count]) for count in COUNTS]
    return (np.array([e.mean() for e in each]),
            np.array([e.std(ddof=1) / REPEATS**0.5 for e in each]))  # fmt: skip


def written(nats: float) -> str:
    return f"{nats:.3f}".replace("-", "−")


def log_mean_exp(log_w: Array) -> Array:
    """(R, K) -> (R,)."""
    top = log_w.max(1, keepdims=True)
    return top[:, 0] + np.log(np.exp(log_w - top).mean(1))


def weights_of(z: Array, log_w: Array) -> Bars:
    """The normalised weights of a few draws, over the posterior that they should stand for."""
    share = np.exp(log_w - log_w.max())
    share /= share.sum()
    true = posterior(X, NOISE)
    line = np.linspace(-2.5, 3.5, 121)
    density = np.exp(log_density(line, true.mu, true.sigma**2))
    best = float(z[int(share.argmax())])
    title = f"The heaviest of {len(z)} draws is z = {best:.2f}".replace("-", "−")
    finding = (
        f"Weights of {len(z)} draws. The heaviest, {share.max():.2f}, is at z = {best:.2f}; the"
        f" true posterior has its top at {true.mu:.2f}."
    )
    return Bars(
        z, share, 0.06, line, density, "weight of a draw", "true posterior p(z|x)",
        Axes("z", "weight; density", (-2.5, 3.5), (0.0, 0.9)), title, finding,
        "closed form; eight draws of q",
    )  # fmt: skip


EXHIBIT = Exhibit(
    "inverted-weights",
    "inverted importance weights",
    "The weight is q/p: a softmax of a loss, not of its negative. The worst draws count most.",
    "The estimate gets worse with more draws. A bound must rise with K, towards log p(x).",
    "bound",
    (log_weights,),
    (inverted,),
    Weighing(),
    (("AntixK/PyTorch-VAE#53", "https://github.com/AntixK/PyTorch-VAE/pull/53"),),
)
