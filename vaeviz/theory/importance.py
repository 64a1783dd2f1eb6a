"""The importance-weighted bound: Burda, Grosse & Salakhutdinov 2016 (arXiv:1509.00519); nats.

With weights w = p(x, z) / q(z|x) of draws z ~ q, L_k = E log((w_1 + … + w_k) / k). L_1 is the ELBO,
L_k never falls in k, and it goes to log p(x). By the delta method (Nowozin 2018, ICLR; Maddison et
al. 2017) L_k ≈ log p(x) − Var w / (2 k E[w]²), where Var w is finite and k is far above it.
"""

from __future__ import annotations

import numpy as np

from vaeviz.theory.water_filling import Floats

KS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


def log_mean_exp(log_w: Floats) -> Floats:
    """log of the mean of the weights along the last axis, from their logarithms."""
    top = log_w.max(axis=-1, keepdims=True)
    return top[..., 0] + np.log(np.exp(log_w - top).mean(axis=-1))


def weighted_bound(log_w: Floats, k: int) -> tuple[float, float]:
    """L_k and its standard error, the mean over N examples, from log weights (N, M).

    Each example's M draws make M // k groups that share no draw; the error is that of the draws.
    """
    groups = log_w.shape[1] // k
    each = log_mean_exp(log_w[:, : groups * k].reshape(len(log_w), groups, k))  # (N, M // k)
    error = np.sqrt((each.var(axis=1, ddof=1) / groups).sum()) / len(log_w)
    return float(each.mean()), float(error)


def over_k(log_w: Floats) -> tuple[Floats, Floats]:
    """L_k and its error at each k of KS; M must be at least twice the largest."""
    both = np.array([weighted_bound(log_w, k) for k in KS])
    return both[:, 0], both[:, 1]


def delta_line(evidence: float, relative_variance: float) -> Floats:
    """log p(x) − Var w / (2 k E[w]²) at each k of KS; NaN where the term is above ¼ nat."""
    term = relative_variance / (2 * np.array(KS))
    return np.where(term <= 0.25, evidence - term, np.nan)


def effective(log_w: Floats) -> float:
    """The effective number of draws, (Σ w)² / Σ w², of log weights (M,)."""
    w = np.exp(log_w - log_w.max())
    return float(w.sum() ** 2 / (w**2).sum())
