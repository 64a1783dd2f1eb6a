"""The tool Linear laboratory: the spectrum under τ, and its consequences, exact and trained."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaeviz.chapters.chapter import Context, Frame, Row, Tool
from vaeviz.chapters.collapse import laboratory_runs, predictions
from vaeviz.chapters.collapse.spectra import SpectrumView, scenes, spectrum_of
from vaeviz.chapters.collapse.view import data_d_rule, ends
from vaeviz.chapters.model.answer import RULES
from vaeviz.chapters.model.readouts import nats
from vaeviz.chapters.settings import OneOf, setting
from vaeviz.figures.bound import bound
from vaeviz.figures.kl_pair import kl_pair, percent
from vaeviz.figures.spectrum import spectrum
from vaeviz.figures.water_levels import water_levels
from vaeviz.records import ACTIVE, Array
from vaeviz.records.laboratory import Bound, KLPair, Laboratory, Levels
from vaeviz.runs.folder.progress import Progress
from vaeviz.theory import laboratory
from vaeviz.theory.linear_vae import Spectrum
from vaeviz.training import linear_run

ALIVE = 0.1  # nats: smaller bars do not count for the worst difference
LEAST = 0.01  # τ of the fixed axis of the KL
X = {name: np.geomspace(*ends(name), 101) for name in ("beta", "sigma2")}


@dataclass(frozen=True)
class LinearView(SpectrumView):
    """With the axis of the bound, and whether a linear VAE is trained, too."""

    over: str = setting(
        "beta", OneOf(("beta", "sigma2")), "axis of the bound", "bound over",
        "What the bound is drawn over", titles={"beta": "β", "sigma2": "σ²"},
    )  # fmt: skip
    train: str = setting(
        "off", OneOf(("off", "on")), "linear VAE trained here", "train it",
        "Trains a linear VAE when the sliders rest, in another process",
    )  # fmt: skip


def show(view: LinearView, context: Context) -> Frame:
    """All closed forms at this β, σ² and d, with the trained model's numbers."""
    theme = context.theme
    about, source = spectrum_of(view, context.probe)
    d = min(view.d, len(source.eigenvalues))
    exact = laboratory.laboratory(source, view.beta, view.sigma2, d)
    run = _run(view, context, d)
    pair = _pair(exact, source, about, run)
    levels = _levels(exact, d, about)
    return Frame(
        {
            "spectrum": spectrum(levels, theme),
            "kl": kl_pair(pair, theme),
            "water": water_levels(levels, theme),
            "bound": bound(_bound(view, exact, source, d, about), theme),
        },
        [*_exact_rows(exact), *_trained_rows(exact, pair, run)],
        _notes(view, exact, run),
        rows=(("spectrum kl", "1fr"), ("water bound", "1fr")),
        pending=view.train == "on" and (run is None or not run.over),
    )


def _run(view: LinearView, context: Context, d: int) -> Progress | None:
    """The run for these settings; None where none is wanted or has started."""
    trainer = laboratory_runs.trainer(context)
    if view.train == "off":
        trainer.stop()
        return None
    name = context.probe.data.name if view.spectrum == "data" else view.spectrum
    return trainer.progress(linear_run.settings(name, view.beta, view.sigma2, d))


def _levels(exact: Laboratory, d: int, about: str) -> Levels:
    """An axis from the largest eigenvalue to the smallest that counts, in whole decades."""
    values = exact.eigenvalues
    top, least = values[0], max(float(values[values > 0].min(initial=values[0])), 1e-5 * values[0])
    low, high = 10 ** np.floor(np.log10(least)), 10 ** np.ceil(np.log10(1.5 * top))
    source = f"{exact.source} · {about}"
    return Levels(values, exact.kept, exact.tau, d, float(low), float(high), source)


def _bound(view: LinearView, exact: Laboratory, source: Spectrum, d: int, about: str) -> Bound:
    """Over β at this σ², or over σ² at this β; the axis of nats is fixed while x moves."""
    over_beta = view.over == "beta"
    x, at = X[view.over], view.beta if over_beta else view.sigma2
    other = np.full(len(x), view.sigma2 if over_beta else view.beta)
    curve = laboratory.over(source, *((x, other) if over_beta else (other, x)), d)
    low, high = _ends(curve.elbo, curve.log_likelihood, over_beta)
    optimum = exact.optimal_sigma2, f"optimal σ² = {exact.optimal_sigma2:.3g}"
    best, named = (1.0, "β = 1: no gap") if over_beta else optimum
    detail = f"σ² = {view.sigma2:.3g}" if over_beta else f"β = {view.beta:.3g}"
    return Bound(
        "β" if over_beta else "σ²",
        x,
        curve.elbo,
        curve.log_likelihood,
        at,
        exact.elbo,
        exact.log_likelihood,
        best if x[0] <= best <= x[-1] else None,
        named,
        low,
        high,
        f"{exact.source} at {detail} · {about}",
    )


def _ends(elbo: Array, likelihood: Array, over_beta: bool) -> tuple[float, float]:
    """The range of both curves over β; over σ² only down to σ² = 10, as small σ² are far below."""
    low = float(elbo.min() if over_beta else elbo[-1])
    high = float(max(elbo.max(), likelihood.max()))
    margin = 0.08 * max(high - low, 1.0)
    return low - margin, high + margin


def _pair(exact: Laboratory, source: Spectrum, about: str, run: Progress | None) -> KLPair:
    trained = np.sort(np.array(run.kl if run else ()))[::-1]
    water = min(LEAST, exact.tau)
    top = float(np.ceil(0.525 * np.log(max(source.eigenvalues[0] / water, 2.0))))
    state, detail = "", ""
    if run is not None and len(trained):
        state = "trained" if run.state == "done" else f"training, step {run.step:,}"
        detail = f", and trained by Adam, {run.step:,} steps"
    return KLPair(exact.kl, trained, state, ALIVE, top, f"{exact.source}{detail} · {about}")


def _exact_rows(exact: Laboratory) -> list[Row]:
    rate = exact.kl.sum()
    best = f"{exact.optimal_sigma2:.3g}" if exact.optimal_sigma2 > 0 else "0: the code holds all"
    coded = "Latent dimensions with a component above the water, λ > τ"
    likelihood = "Exact log-likelihood of the same model (pPCA)"
    gap = "log p(x) − ELBO = E KL(q(z|x) ‖ p(z|x)): 0 at β = 1"
    return [
        ("τ = βσ²", f"{exact.tau:.3g}", "The water level", ""),
        ("coded", f"{exact.active} of {len(exact.kl)}", coded, ""),
        ("R (nats)", f"{rate:.3f}", "Σ ½ log(λ/τ), closed form", ""),
        ("D (nats)", nats(-exact.elbo - rate), "−E log p(x|z), all constants, closed form", ""),
        ("ELBO (nats)", nats(exact.elbo), "−(D + R), closed form", ""),
        ("log p(x)", nats(exact.log_likelihood), likelihood, ""),
        ("gap", f"{exact.gap.sum():.3f}", gap, ""),
        ("optimal σ²", best, "Where J is least at this β and d", ""),
    ]


def _trained_rows(exact: Laboratory, pair: KLPair, run: Progress | None) -> list[Row]:
    """The trained model's numbers, beside the closed form."""
    if run is None or run.state != "done" or run.held_out is None:
        return []
    error, exact_error = run.held_out["squared_error"], float(exact.kept.sum())
    error_off = percent(abs(error / exact_error - 1) if exact_error > 0 else 0.0)
    values = exact.eigenvalues[: len(exact.kl)]
    units = int((1 - exact.tau / np.maximum(values, exact.tau) > ACTIVE).sum())
    off = percent(pair.total_off) if exact.active else f"{pair.trained.sum():.1e} nats"
    error_words = "E‖x − x̂‖² of the trained model, 16 samples of z, against water-filling"
    return [
        ("KL off by", off, "|trained − exact| of the whole KL, over all training data", ""),
        ("worst bar", percent(pair.worst), f"The same of each bar over {ALIVE:g} nats", ""),
        ("active", f"{run.held_out['active']:.0f}, exact {units}", f"Var(μ) > {ACTIVE:g}", ""),
        ("error off by", error_off, error_words, ""),
    ]


def _notes(view: LinearView, exact: Laboratory, run: Progress | None) -> list[str]:
    notes = [] if view.train == "off" else [_pace(run)]
    if exact.optimal_sigma2 == 0:
        notes.append("The code can hold all variance: J falls without bound as σ² → 0.")
    return [note for note in notes if note]


def _pace(run: Progress | None) -> str:
    if run is None:
        return "Training starts when the sliders rest."
    if run.error:
        return f"{run.error}."
    if run.state == "done":
        return ""
    if run.step > 0:
        return f"Training: step {run.step:,} of {run.steps:,}, J = {nats(run.objective)}."
    queued = run.state == "queued"
    return "Waiting for a free processor." if queued else "The training process is starting."


TOOL = Tool(
    "linear",
    "Linear laboratory",
    "Raise the water level τ = βσ²: components drown one by one, and their bars vanish.",
    LinearView,
    show,
    controls=("data", "beta", "sigma2", "d", "spectrum", "over", "train"),
    rules=(*RULES, data_d_rule),
    predictions=predictions.LINEAR,
    scenes=scenes,
    free=("beta", "sigma2", "d"),
)
