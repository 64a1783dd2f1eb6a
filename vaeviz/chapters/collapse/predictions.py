"""What the tools of the chapter Collapse ask before a move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from vaeviz.chapters.answers import Dimensions, Direction, Number, Place, Which
from vaeviz.chapters.chapter import Context
from vaeviz.chapters.collapse.spectra import SpectrumView, spectrum_of
from vaeviz.chapters.collapse.view import CollapseView
from vaeviz.chapters.collapse.written import EffectiveView
from vaeviz.chapters.model import predictions as model
from vaeviz.chapters.model.predictions import times
from vaeviz.chapters.prediction import Prediction
from vaeviz.measures.collapse.pairwise import pairwise_kl
from vaeviz.records.laboratory import Laboratory
from vaeviz.theory import laboratory
from vaeviz.theory.effective_beta import Size, beta_at, tau

BETAS = (0.1, 1.0, 10.0)


def elbo_by_beta(view: CollapseView, context: Context) -> Mapping[str, float]:
    """The ELBO at three β, with the view's σ² and d."""
    return {f"β = {beta:g}": model.elbo(replace(view, beta=beta), context) for beta in BETAS}


def largest_kl(view: CollapseView, context: Context) -> Mapping[str, float]:
    """The KL of each dimension."""
    return {f"z{k + 1}": float(nats) for k, nats in enumerate(model.kl(view, context))}


def apart(view: CollapseView, context: Context) -> float:
    """Mean KL between the posteriors of two examples, over all dimensions."""
    observation = model.observed(view, context)
    return float(pairwise_kl(observation.mu, observation.logvar).mean)


def unit_elbo(view: CollapseView, context: Context) -> float:
    """The ELBO at β = 1, as the σ² laboratory has it."""
    return model.elbo(replace(view, beta=1.0), context)


def unit_rate(view: CollapseView, context: Context) -> float:
    return model.rate(replace(view, beta=1.0), context)


def exact(view: SpectrumView, context: Context) -> Laboratory:
    """The linear VAE's optimum at these settings."""
    _, spectrum = spectrum_of(view, context.probe)
    d = min(view.d, len(spectrum.eigenvalues))
    return laboratory.laboratory(spectrum, view.beta, view.sigma2, d)


def written_beta(view: EffectiveView, context: Context) -> float:
    """The β of the written loss, with σ² = 1."""
    return beta_at(tau(view.written, Size(context.probe.elements, view.d, view.batch)), 1.0)


def _other_reduction(view: EffectiveView) -> Mapping[str, str]:
    return {"over_pixels": "mean" if view.over_pixels == "sum" else "sum"}


MAP = (
    Prediction("dying", Dimensions(), model.kl, times(sigma2=10.0)),
    Prediction(
        "collapsed", Number("Collapsed", within=0.0, least=1.0), model.collapsed, times(beta=4.0)
    ),
    Prediction("last", Which("nats"), largest_kl, times(beta=20.0)),
)
SIGMA2 = (
    Prediction("bound", Direction("ELBO at β = 1", "nats"), unit_elbo, times(sigma2=0.1)),
    Prediction("rate", Number("R at β = 1", "nats"), unit_rate, times(sigma2=10.0)),
)
DIAGNOSIS = (
    Prediction("apart", Direction("Mean KL between posteriors", "nats"), apart, times(beta=10.0)),
    Prediction("active", model.ACTIVE, model.active, times(beta=10.0)),
)
RATE_DISTORTION = (
    Prediction("place", Place("rate", "loss"), model.place, times(beta=5.0)),
    Prediction("best", Which("nats"), elbo_by_beta),
)
EFFECTIVE = (
    Prediction("reduction", Number("β with σ² = 1"), written_beta, _other_reduction),
    Prediction("larger-code", Number("β with σ² = 1"), written_beta, model.doubled_d),
)
LINEAR = (
    Prediction(
        "above", Number("Above water", within=0.0, least=1.0),
        lambda view, context: exact(view, context).active, times(sigma2=10.0),
    ),
    Prediction(
        "gap", Direction("log p(x) − ELBO", "nats"),
        lambda view, context: float(exact(view, context).gap.sum()),
        lambda view: {"beta": 4.0 if view.beta <= 1.5 else 1.0},
    ),
    Prediction(
        "rate", Number("R", "nats"),
        lambda view, context: float(exact(view, context).kl.sum()), times(beta=4.0),
    ),
)  # fmt: skip
