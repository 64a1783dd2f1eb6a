"""The linear laboratory: a spectrum under water, and all that follows from it, exactly and
trained.
"""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from typing import Any

import numpy as np

from vaeviz.figures.bound import bound
from vaeviz.figures.kl_pair import kl_pair, percent
from vaeviz.figures.spectrum import spectrum
from vaeviz.figures.theme import Theme
from vaeviz.figures.water_levels import water_levels
from vaeviz.measures.codecs.codec import Codec
from vaeviz.records import ACTIVE, Array
from vaeviz.records.laboratory import Bound, KLPair, Laboratory, Levels
from vaeviz.runs.folder.progress import Progress
from vaeviz.theory import known_spectra, laboratory, linear_vae
from vaeviz.theory.linear_vae import Spectrum
from vaeviz.training import linear_run
from vaeviz.ui.collapse import laboratory_runs
from vaeviz.ui.collapse.part import Part, Row, Tool
from vaeviz.ui.collapse.settings import View
from vaeviz.ui.collapse.water_scenes import scenes
from vaeviz.ui.controls import LIMITS
from vaeviz.ui.views import Probe

ALIVE = 0.1  # nats from which on a bar counts for the worst difference
LEAST = 0.01  # τ down to which the axis of the KL stands still
X = {name: np.geomspace(LIMITS[name].low, LIMITS[name].high, 101) for name in ("beta", "sigma2")}
SPECTRA = [
    ["data", "of the data", ""],
    ["power-law", "power law", ""],
    ["two-steps", "two steps", ""],
]


def part(view: View, probe: Probe, codec: Codec, theme: Theme) -> Part:
    """All closed forms at this β, σ² and d; the trained model's numbers as far as there are any."""
    about, found = _spectrum(view.spectrum, probe)
    d = min(view.d, len(found.eigenvalues))
    seen = laboratory.laboratory(found, view.beta, view.sigma2, d)
    run = _trained(view, probe, d)
    pair = _pair(seen, found, about, run)
    return Part(
        {
            "spectrum": spectrum(_levels(seen, d, about), theme),
            "kl": kl_pair(pair, theme),
            "water": water_levels(_levels(seen, d, about), theme),
            "bound": bound(_bound(view, seen, found, d, about), theme),
        },
        model=("data", "beta", "sigma2", "d"),
        controls=_controls(),
        readouts=[*_exact(seen), *_trained_rows(seen, pair, run)],
        notes=_notes(view, seen, run),
        pending=view.train == "on" and (run is None or not run.over),
        rows=(("spectrum kl", "1fr"), ("water bound", "1fr")),
    )


@lru_cache
def _known(name: str) -> Spectrum:
    """With the eigenvalues as stated: those measured differ by rounding, and at τ = λ that is
    all.
    """
    values = known_spectra.EIGENVALUES[name].copy()
    return dataclasses.replace(linear_vae.spectrum(known_spectra.draw(name)), eigenvalues=values)


def _spectrum(name: str, probe: Probe) -> tuple[str, Spectrum]:
    """What it is a spectrum of, and the spectrum."""
    if name in known_spectra.EIGENVALUES:
        return f"Gaussian data, {name.replace('-', ' ')}", _known(name)
    return f"training set of {probe.data.name}", probe.linear.spectrum


def _levels(seen: Laboratory, d: int, about: str) -> Levels:
    """The axis reaches from the largest eigenvalue down to the smallest that counts, in whole
    decades.
    """
    values = seen.eigenvalues
    top, least = values[0], max(float(values[values > 0].min(initial=values[0])), 1e-5 * values[0])
    low, high = 10 ** np.floor(np.log10(least)), 10 ** np.ceil(np.log10(1.5 * top))
    return Levels(
        values, seen.kept, seen.tau, d, float(low), float(high), f"{seen.source} · {about}"
    )


def _bound(view: View, seen: Laboratory, found: Spectrum, d: int, about: str) -> Bound:
    """Over β at this σ², or over σ² at this β; the axis of nats stands still while x moves."""
    over_beta = view.over == "beta"
    x, here = X[view.over], np.array([view.beta if over_beta else view.sigma2])
    other = np.full(len(x), view.sigma2 if over_beta else view.beta)
    curve = laboratory.over(found, *((x, other) if over_beta else (other, x)), d)
    at = laboratory.over(found, *((here, other[:1]) if over_beta else (other[:1], here)), d)
    low, high = _ends(curve.elbo, curve.log_likelihood, over_beta)
    best, named = (1.0, "β = 1: no gap") if over_beta else _optimum(seen)
    detail = f"σ² = {view.sigma2:.3g}" if over_beta else f"β = {view.beta:.3g}"
    return Bound(
        "β" if over_beta else "σ²",
        x,
        curve.elbo,
        curve.log_likelihood,
        float(here[0]),
        float(at.elbo[0]),
        float(at.log_likelihood[0]),
        best if x[0] <= best <= x[-1] else None,
        named,
        low,
        high,
        f"{seen.source} at {detail} · {about}",
    )


def _optimum(seen: Laboratory) -> tuple[float, str]:
    return seen.optimal_sigma2, f"optimal σ² = {seen.optimal_sigma2:.3g}"


def _ends(elbo: Array, likelihood: Array, over_beta: bool) -> tuple[float, float]:
    """All of both curves over β; over σ² what σ² = 10 still reaches, as a small σ² goes far
    below.
    """
    low, high = (
        float(elbo.min() if over_beta else elbo[-1]),
        float(max(elbo.max(), likelihood.max())),
    )
    margin = 0.08 * max(high - low, 1.0)
    return low - margin, high + margin


def _trained(view: View, probe: Probe, d: int) -> Progress | None:
    """The run for these very settings; None where none is wanted, or none has begun."""
    name = probe.data.name if view.spectrum == "data" else view.spectrum
    if view.train == "off":
        laboratory_runs.desk().leave()
        return None
    return laboratory_runs.desk().look(linear_run.settings(name, view.beta, view.sigma2, d))


def _pair(seen: Laboratory, found: Spectrum, about: str, run: Progress | None) -> KLPair:
    trained = np.sort(np.array(run.kl if run else ()))[::-1]
    top = float(np.ceil(0.525 * np.log(max(found.eigenvalues[0] / min(LEAST, seen.tau), 2.0))))
    state, detail = "", ""
    if run is not None and len(trained):
        state = "trained" if run.state == "done" else f"training, step {run.step:,}"
        detail = f", and trained by Adam, {run.step:,} steps"
    return KLPair(seen.kl, trained, state, ALIVE, top, f"{seen.source}{detail} · {about}")


def _exact(seen: Laboratory) -> list[Row]:
    distortion = -seen.elbo - seen.kl.sum()
    best = f"{seen.optimal_sigma2:.3g}" if seen.optimal_sigma2 > 0 else "0: the code holds all"
    return [
        ("τ = βσ²", f"{seen.tau:.3g}", "The water level", ""),
        ("above water", f"{seen.active} of {len(seen.kl)}", "Dimensions with λ > τ", ""),
        ("R (nats)", f"{seen.kl.sum():.3f}", "Σ ½ log(λ/τ), closed form", ""),
        ("D (nats)", _nats(distortion), "−E log p(x|z), all constants, closed form", ""),
        ("ELBO (nats)", _nats(seen.elbo), "−(D + R), closed form", ""),
        (
            "log p(x)",
            _nats(seen.log_likelihood),
            "Exact log-likelihood of the same model (pPCA)",
            "",
        ),
        ("gap", f"{seen.gap.sum():.3f}", "log p(x) − ELBO = E KL(q(z|x) ‖ p(z|x)): 0 at β = 1", ""),
        ("optimal σ²", best, "Where J is least at this β and d", ""),
    ]


def _trained_rows(seen: Laboratory, pair: KLPair, run: Progress | None) -> list[Row]:
    """What training has come to, beside the closed form."""
    if run is None or run.state != "done" or run.held_out is None:
        return []
    error, exact_error = run.held_out["squared_error"], float(seen.kept.sum())
    units = int(
        (1 - seen.tau / np.maximum(seen.eigenvalues[: len(seen.kl)], seen.tau) > ACTIVE).sum()
    )
    off = percent(pair.total_off) if seen.active else f"{pair.trained.sum():.1e} nats"
    return [
        ("KL off by", off, "|trained − exact| of the whole KL, over all training data", ""),
        ("worst bar", percent(pair.worst), f"The same of each bar over {ALIVE:g} nats", ""),
        ("active", f"{run.held_out['active']:.0f}, exact {units}", f"Var(μ) > {ACTIVE:g}", ""),
        (
            "error off by",
            percent(abs(error / exact_error - 1) if exact_error > 0 else 0.0),
            "E‖x − x̂‖² of the trained model, 16 samples of z, against water-filling",
            "",
        ),
    ]


def _controls() -> list[dict[str, Any]]:
    return [
        _choice("spectrum", "spectrum", "The data's own spectrum, or one that was made", SPECTRA),
        _choice(
            "over",
            "bound over",
            "What the bound is drawn over",
            [["beta", "β", ""], ["sigma2", "σ²", ""]],
        ),
        _choice(
            "train",
            "train it",
            "Trains a linear VAE wherever the sliders rest, in a process of its own",
            [["off", "off", ""], ["on", "on", ""]],
        ),
    ]


def _choice(name: str, label: str, words: str, options: list[list[str]]) -> dict[str, Any]:
    return {"name": name, "kind": "choice", "label": label, "help": words, "options": options}


def _notes(view: View, seen: Laboratory, run: Progress | None) -> list[str]:
    notes = [] if view.train == "off" else [_pace(run)]
    if seen.optimal_sigma2 == 0:
        notes.append("The code can hold all that varies: J falls without end as σ² → 0.")
    return [note for note in notes if note]


def _pace(run: Progress | None) -> str:
    if run is None:
        return "Training starts when the sliders rest."
    if run.error:
        return f"{run.error}."
    if run.state == "done":
        return ""
    if run.step == 0:
        return (
            "Waiting for a free processor."
            if run.state == "queued"
            else "Training: its process starts."
        )
    return f"Training: step {run.step:,} of {run.steps:,}, J = {_nats(run.objective)}."


def _nats(value: float) -> str:
    return (f"{value:,.2f}" if abs(value) < 1000 else f"{value:,.0f}").replace("-", "−")


TOOL = Tool(
    "linear",
    "Linear laboratory",
    "Raise the water τ = βσ²: components drown one by one, and their bars with them.",
    part,
    free=("beta", "sigma2", "d"),
    scenes=scenes,
)
