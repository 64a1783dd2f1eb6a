"""What the tools of the chapter Objective ask before a move."""

from __future__ import annotations

from typing import Any

from vaeviz.chapters.answers import Direction, Number
from vaeviz.chapters.chapter import Context
from vaeviz.chapters.prediction import Prediction
from vaeviz.theory.gaussian_kl import kl as between
from vaeviz.theory.mixture_fit import optima
from vaeviz.theory.one_step import Step, step
from vaeviz.theory.toy_bound import bound, posterior


def taken(view: Any) -> Step:
    """The step at a view's numbers."""
    return step(view.mu, view.logvar, view.x, view.epsilon, view.noise)


def kl(view: Any, context: Context) -> float:
    return taken(view).kl


def nll(view: Any, context: Context) -> float:
    return taken(view).nll


STEP = (
    Prediction("draw", Direction("KL", "nats"), kl, lambda view: {"epsilon": -view.epsilon or 1.0}),
    Prediction("double", Number("KL", "nats", within=0.05, least=0.02), kl,
               lambda view: {"mu": 2.0, "logvar": 0.0}),
    Prediction("wide", Direction("−log p(x|z)", "nats"), nll,
               lambda view: {"noise": min(5.0, 4 * view.noise)}),
)  # fmt: skip


def exact(view: Any, context: Context) -> float:
    q, p = view.pair
    return float(between(q.mu, q.sigma, p.mu, p.sigma))


def turned(view: Any) -> dict[str, Any]:
    return {"direction": "forward" if view.direction == "reverse" else "reverse"}


KL = (
    Prediction("round", Direction("the KL", "nats"), exact, turned),
    Prediction("halve", Direction("the KL", "nats"), exact,
               lambda view: {"q_sigma": max(0.05, view.q_sigma / 2)}),
    Prediction("away", Number("the KL", "nats", within=0.1, least=0.05), exact,
               lambda view: {"q_mu": view.p_mu + (1.0 if view.p_mu <= 3 else -1.0),
                             "q_sigma": view.p_sigma}),
)  # fmt: skip


def least(view: Any, context: Context) -> float:
    return optima(view.mixture)[0].kl


def count(view: Any, context: Context) -> float:
    return float(len(optima(view.mixture)))


def missed(view: Any, context: Context) -> float:
    from vaeviz.chapters.objective.picture import stepped

    return stepped(view, context).nll


def spent(view: Any, context: Context) -> float:
    from vaeviz.chapters.objective.picture import stepped

    return float(stepped(view, context).kl.sum())


PICTURE = (
    Prediction("push", Direction("−log p(x|z)", "nats"), missed,
               lambda view: {"push_mu": view.push_mu + (2.0 if view.push_mu < 1 else -2.0)}),
    Prediction("narrow", Direction("the KL", "nats"), spent, lambda view: {"push_logvar": -3.0}),
)  # fmt: skip


CENTRES = ("c1", "c2", "c3", "c4")
FIT = (
    Prediction("merge", Number("local optima", "", within=0.0, least=0.0), count,
               lambda view: {c: 0.4 * getattr(view, c) for c in CENTRES[: view.modes]}),
    Prediction("lopsided", Direction("the least KL(q ‖ p)", "nats"), least,
               lambda view: {"w1": 0.05}),
)  # fmt: skip


def elbo(view: Any, context: Context) -> float:
    return bound(view.mu, view.sigma, view.x, view.noise).elbo


def gap(view: Any, context: Context) -> float:
    return bound(view.mu, view.sigma, view.x, view.noise).gap


ELBO = (
    Prediction("mean", Direction("the ELBO", "nats"), elbo,
               lambda view: {"mu": posterior(view.x, view.noise).mu},
               when=lambda view, context: abs(posterior(view.x, view.noise).mu) <= 3),
    Prediction("narrow", Direction("the gap", "nats"), gap, lambda view: {"logvar": -4.0}),
)  # fmt: skip
