"""Every figure: the ends and units of its axes, and colours by meaning."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from tests.figures.collapse_records import KNOBS
from tests.figures.diagnosis_records import POSTERIORS
from tests.figures.test_figures import FIGURES
from vaeviz.figures.collapse_map import collapse_map
from vaeviz.figures.evidence_bars import COLUMNS
from vaeviz.figures.posteriors import posteriors
from vaeviz.figures.theme import LIGHT, Theme

ROLES: dict[str, Any] = {  # a theme whose colours are the names of their roles
    field.name: field.name for field in dataclasses.fields(Theme)
} | {"classes": tuple(f"class {k}" for k in range(len(LIGHT.classes)))}
NAMED = Theme(**ROLES)
STEPS = (0, 200, None, "step")  # the records over steps end at 200
Axis = tuple[float, float, str | None, str]

# Ends, scale and title of each axis, from the records: log axes have their ends in powers of ten.
AXES: dict[str, tuple[Axis, Axis]] = {
    "two_gaussians": ((-6, 6, None, "z"), (-0.078, 1.3, None, "density")),
    "kl_integrand": ((-6, 6, None, "z"), (-0.2, 2.0, None, "q log(q/p)")),
    "running_mean": ((0, 1000, None, "draws"), (-0.375, 1.5, None, "nats")),
    "toy_posteriors": ((-6, 6, None, "z, and x beside it"), (-0.078, 1.3, None, "density")),
    "evidence_bars": (
        (0.4, 4.6, None, "two ways to the same number"),
        (-4, 1, None, "nats"),
    ),
    "elbo_over_mean": ((-3, 3, None, "μ"), (-4, 0.4, None, "nats")),
    "step_densities": ((-5, 5, None, "z, and x beside it"), (-0.039, 0.65, None, "density")),
    "held_draw": ((-4, 4, None, "μ"), (-0.6, 4, None, "loss (nats)")),
    "estimator_strip": (
        (0.4, 3.6, None, "three unbiased estimators"),
        (-10, 10, None, "estimate of ∂/∂μ E[f]"),
    ),
    "estimator_variance": ((-1.04, 0.04, "log", "σ"), (-3, 2, "log", "variance")),
    "law_draw": ((0.2, 5, None, "θ"), (0, 10, None, "draw z")),
    "law_cdf": ((0, 4, None, "z"), (-0.04, 1.04, None, "F(z; θ)")),
    "simplex": ((-0.15, 1.15, None, "a corner is a class"), (-0.12, 0.98, None, " ")),
    "relaxed_estimates": (
        (-1.04, 0.04, "log", "temperature τ"),
        (-0.14, 0.7, None, "∂/∂ℓ₁ E[f]"),
    ),
    "ways_over_steps": ((0, 8, None, "step"), (0, 2, "log", "−ELBO (nats)")),
    "variance_pull": ((-3, 2, None, "the encoder's output a"), (-4, 3, None, "∂KL/∂a")),
    "mixture": ((-7, 7, None, "z"), (-0.078, 1.3, None, "density")),
    "kl_landscape": (
        (-6, 6, None, "μ of q"),
        (np.log10(0.15), np.log10(5), "log", "σ of q"),
    ),
    "pulls": ((0.4, 8.6, None, "latent dimension"), (-5, 5, None, "∂J/∂μ")),
    "likelihood_curves": ((0, 1, None, "grey value x"), (-0.2, 4, None, "density")),
    "bits_bars": ((0.4, 2.6, None, "likelihood"), (0, 4, None, "bits per pixel")),
    "true_posterior": (
        (-1.5, 2.5, None, "z<sub>1</sub> (prior standard deviations)"),
        (-2.5, 1.5, None, "z<sub>2</sub>"),
    ),
    "gap_ways": (
        (0.4, 2.6, None, "the same, computed twice"),
        (-2, 0.44, None, "nats from log p(x)"),
    ),
    "kind_gaps": (
        (-0.6, 4.6, None, "family of q"),
        (-3, 4, "log", "log p(x) − ELBO (nats)"),
    ),
    "sight_gaps": (
        (-0.6, 4.6, None, "rows that the encoder sees"),
        (0, 10, None, "log p(x) − ELBO (nats)"),
    ),
    "gap_stack": (
        (-0.6, 2.6, None, "held-out example"),
        (0, 1.06 * 5, None, "log p(x) − ELBO (nats)"),
    ),
    "weighted_bound": (
        (0, 3.05, "log", "k, draws per bound"),
        (-5, 0.9, None, "nats from log p(x)"),
    ),
    "weight_spread": (
        (-5, 5, None, "log w − log p(x) (nats)"),
        (-2.5, 50, None, "% per bin"),
    ),
    "latent_map": (
        (-3.6, 3.6, None, "μ<sub>4</sub> (prior standard deviations)"),
        (-3.6, 3.6, None, "μ<sub>1</sub>"),
    ),
    "latent_strip": (
        (-3.6, 3.6, None, "μ<sub>1</sub> (prior standard deviations)"),
        (-0.6, 2.6, None, "classes, spread apart to be seen"),
    ),
    "kl_bars": (
        (0.4, 8.6, None, "latent dimension, by KL"),  # at least eight bars
        (-0.16 * 4, 4, None, "KL (nats)"),
    ),
    "rate_distortion": ((0, 9, None, "rate R (nats)"), (0, 5, None, "½‖x − x̂‖²")),
    "plane": ((-3, 3, None, "x<sub>1</sub>"), (-3, 3, None, "x<sub>2</sub>")),
    "loss_curves": (STEPS, (0, 60, None, "nats per example")),
    "rate_curve": (STEPS, (-0.03 * 12, 1.03 * 12, None, "R (nats)")),
    "kl_heat": (STEPS, (0.5, 4.5, None, "dimension")),
    "gradient_norms": (STEPS, (-2, 2, None, "norm (log)")),
    "collapse_map": (  # half a cell, a quarter of a decade, beyond 10⁻³ … 10
        (-3.25, 1.25, "log", "τ = βσ²"),
        (0.5, 3.5, None, "latent size d"),
    ),
    "loss_place": (
        (-3, 3, "log", "τ (squared data units)"),
        (0, 1.18 * 16, None, "active units"),
    ),
    "elbo_over_variance": (
        (-4, 1, "log", "σ² (squared data units)"),
        (-100, 10, None, "held-out ELBO (nats)"),
    ),
    "rate_plane": ((0, 9, None, "rate R (nats)"), (0, 5, None, "½‖x − x̂‖²")),
    "spectrum": (
        (-0.05, np.log10(6) + 0.08, "log", "component"),
        (-2, 1, "log", "variance λ"),
    ),
    "water_levels": ((0.4, 6.6, None, "component"), (0, 1.06 * 2, None, "variance λ")),
    "spectra": ((0.4, 8.6, None, "latent dimension, by KL"), (0, 5, None, "KL (nats)")),
    "kl_pair": ((0.4, 8.6, None, "latent dimension, by KL"), (0, 3, None, "KL (nats)")),
    "bound": ((-2, 2, "log", "β"), (-32, -18, None, "nats per example")),
    "cure_plane": (
        (-4, 2, None, "ELBO over the collapsed model's, same σ² (nats)"),
        (-0.5, 5 + 1.4, None, "active units"),
    ),
    "free_bits": (
        (-0.02 * 0.5, 0.5, None, "KL of a dimension (nats)"),
        (-0.05 * 0.8, 0.8, None, "pull of the KL"),
    ),
    "posteriors": (
        (-3.5, 3.5, None, "z<sub>3</sub> (prior standard deviations)"),
        (0, 1.08, None, "density / its peak"),
    ),
    "code": ((0.5, 8.5, None, "latent dimension"), (-3, 3, None, "prior standard deviations")),
    "cost": ((0, 100, None, "nats of this example"), (-0.6, 2.6, None, "costs")),
    "unit_spread": (
        (-0.07, 1.4, None, "Var<sub>x</sub>(μ<sub>j</sub>)"),
        (-0.07, 1.4, None, "E σ<sub>j</sub>²"),
    ),
    "two_versions": (STEPS, (0, 60, None, "nats per example")),
    "bars_over": ((-2, 3, None, "z"), (0, 0.9, None, "weight; density")),
}

ESTIMATORS = {"pathwise": "posterior", "score function": "rate", "with a baseline": "decoder"}
RELAXED = {"Gumbel-softmax": "posterior", "score function": "rate", "straight-through": "decoder"}
READINGS = {"log σ²": "posterior", "σ": "rate", "σ², clamped": "decoder"}
# The roles of each trace's line, mark, ring and words, in this order, where it has them.
OVER_STEPS = {"moves": "soft"}
RATE_DISTORTION = {
    "linear VAE, exact": "linear",
    "this model's curve": "distortion",
    "tangent of slope −β": "rate",
    "you are here": "rate paper ink",
    "D in nats": "distortion",
}
COLOURS: dict[str, dict[str, str]] = {
    "two_gaussians": {
        "p(z)": "prior",
        "q(z)": "posterior",
        "μ": "posterior posterior",
        "σ": "posterior posterior",
        "μ₀": "prior prior",
        "σ₀": "prior prior",
    },
    "kl_integrand": {"adds": "rate", "takes off": "prior"},
    "running_mean": {
        "closed form": "linear",
        "mean of draws": "rate",
        "+ 2 standard errors": "rate",
        "− 2 standard errors": "rate",
    },
    "toy_posteriors": {
        "p(z)": "prior",
        "p(z|x)": "linear",
        "q(z|x)": "posterior",
        "μ": "posterior posterior",
        "σ": "posterior posterior",
        "x": "decoder decoder",
    },
    "evidence_bars": {
        "ELBO": "ink",
        "log p(x)": "linear",
        "− gap": "posterior",
        "−D": "distortion",
        "−R": "rate",
        "nats": "ink",
    },
    "elbo_over_mean": {"log p(x)": "linear", "ELBO": "posterior", "μ": "posterior posterior"},
    "step_densities": {
        "p(z)": "prior",
        "q(z|x)": "posterior",
        "p(x|z)": "decoder",
        "μ": "posterior posterior",
        "σ": "posterior posterior",
        "z": "rate rate",
        "x": "decoder decoder",
    },
    "held_draw": {
        "z held": "prior",
        "ε held": "posterior",
        "tangent": "distortion",
        "μ": "posterior posterior",
    },
    "estimator_strip": {"exact": "linear", **ESTIMATORS},
    "estimator_variance": {
        **ESTIMATORS,
        **{f"errors of {name}": role for name, role in ESTIMATORS.items()},
        **{f"measured, {name}": role for name, role in ESTIMATORS.items()},
    },
    "law_draw": {"draw": "posterior", "tangent": "distortion", "z": "rate rate"},
    "law_cdf": {
        "u": "prior",
        "F at θ + change": "posterior",
        "F at θ": "posterior",
        "z′": "prior prior",
        "z": "rate rate",
    },
    "simplex": {
        "triangle": "soft",
        "class 1": "class 0",
        "class 2": "class 1",
        "class 3": "class 2",
        "p": "paper ink",
        "corners": "ink",
    },
    "relaxed_estimates": {
        **{f"errors of {name}": role for name, role in RELAXED.items()},
        **RELAXED,
        "enumerated": "linear",
        **{f"present, {name}": role for name, role in RELAXED.items()},
    },
    "ways_over_steps": {**READINGS, "end of σ": "rate rate"},
    "variance_pull": {
        **READINGS,
        **{f"here, {name}": role for name, role in READINGS.items()},
        "a": "ink ink",
    },
    "mixture": {
        "p(z)": "prior",
        "start": "soft",
        "KL(p ‖ q)": "linear",
        "other optima": "posterior",
        "KL(q ‖ p)": "posterior",
        "1": "prior prior",
        "2": "prior prior",
        "q": "posterior posterior",
    },
    "kl_landscape": {
        "KL (nats)": "paper rate_low rate",
        "descent": "posterior",
        "optima": "ink paper",
        "q": "posterior posterior",
    },
    "pulls": {"likelihood": "distortion", "KL": "rate", "sum": "ink paper"},
    "likelihood_curves": {
        "Gaussian": "class 0",
        "Bernoulli": "class 1",
        "least of Gaussian": "class 0",
        "x": "decoder decoder",
    },
    "bits_bars": {
        "misfit": "distortion",
        "rate": "rate",
        "sum": "ink",
        "no probability": "ink paper",
    },
    "true_posterior": {
        "p(z|x)": "paper soft",
        "band, 1σ": "paper",
        "band, 2σ": "paper",
        "q(z|x), 1σ": "posterior",
        "q(z|x), 2σ": "posterior",
    },
    "gap_ways": {
        "log p(x)": "linear",
        "ELBO": "ink",
        "log p(x) − ELBO": "decoder",
        "KL(q ‖ p(z|x))": "posterior",
        "nats": "ink",
        "names": "ink",
    },
    "kind_gaps": {
        "encoder": "soft",
        "diagonal": "soft",
        "full": "soft",
        "planar flow": "posterior",
        "spline flow": "soft",
        "nats": "ink",
        "names": "ink",
    },
    "sight_gaps": {"not seen": "rate", "family": "posterior", "now": "ink ink"},
    "gap_stack": {
        "amortization gap": "rate",
        "approximation gap": "posterior",
        "nats": "ink",
    },
    "weighted_bound": {
        "log p(x)": "linear",
        "+ 2 errors": "posterior",
        "− 2 errors": "posterior",
        "delta": "prior",
        "L_k": "posterior posterior",
    },
    "weight_spread": {"draws": "posterior", "sum": "rate", "p(x)": "linear"},
    "latent_map": {
        "one": "class 0",
        "two": "class 1",
        "three": "class 2",
        "classes": "class 0 class 1 class 2",
        **{f"band, {k}σ": "paper" for k in (1, 2)},
        **{f"prior, {k}σ": "prior" for k in (1, 2)},
        **{f"q(z|{name}), {k}σ": "ink" for name in "AB" for k in (1, 2)},
        **dict.fromkeys("AB", "paper ink"),
        **{f"{name}, letter": "ink" for name in "AB"},
    },
    "latent_strip": {
        "one": "class 0",
        "two": "class 1",
        "three": "class 2",
        "classes": "class 0 class 1 class 2",
        **{f"prior, {k}σ": "prior" for k in (1, 2)},
        **{f"q(z|{name}), {k}σ": "ink" for name in "AB" for k in (1, 2)},
        **dict.fromkeys("AB", "paper ink"),
        **{f"{name}, letter": "ink" for name in "AB"},
    },
    "kl_bars": {
        "KL of dimension": "rate rate rate dead dead",
        "0.1 nats: below, collapsed": "soft",
        "linear VAE, ½ log(λ/τ)": "linear",
        "collapsed": "dead",
        "dimension": "soft",
    },
    "rate_distortion": RATE_DISTORTION,
    "plane": {"data": "prior", "reconstructions": "decoder", "A to B": "posterior posterior"},
    "loss_curves": {**OVER_STEPS, "D": "distortion", "−ELBO": "ink", "moves, named": "soft"},
    "rate_curve": {
        **OVER_STEPS,
        "active units, by height": "posterior",
        "R": "rate",
        "units": "posterior",
    },
    "kl_heat": {**OVER_STEPS, "KL (nats)": "paper rate_low rate"},
    "gradient_norms": {**OVER_STEPS, "log10 ‖∇D‖": "distortion", "log10 ‖∇βR‖": "rate"},
    "collapse_map": {
        "active units": "grid grid paper paper rate_low rate",
        "linear VAE: λᵢ": "linear",
        "eigenvalues": "linear",
        "our τ": "posterior",
        "you are here": "posterior paper ink",
    },
    "loss_place": {
        "active units": "posterior",
        "linear VAE, exact": "linear",
        "this loss": "rate",
        "known losses": "ink",
        "units under this loss": "rate paper",
    },
    "elbo_over_variance": {
        "a σ² for every pixel": "posterior",
        "one network, σ² exchanged": "ink",
        "trained at each σ²": "decoder",
        "below the model's range": "decoder",
        "best": "decoder",
        "its own optimum": "ink",
        "you are here": "rate ink",
    },
    "rate_plane": {
        **RATE_DISTORTION,
        "one ELBO": "grid",
        "ELBO here": "prior",
        "highest ELBO of the curve": "prior",
        "dedicated models of the grid": "posterior paper",
        "dedicated models": "posterior paper posterior",
        "auto-decoding limit": "dead",
        "← auto-decoding limit: z ignored": "ink",
        "auto-encoding limit": "dead",
        "auto-encoding limit: x̂ = x, further →": "ink",
    },
    "spectrum": {
        "water level τ": "ink",
        "error left": "distortion",
        "coded": "rate",
        "under water": "dead",
        "above, but no dimension is left": "decoder",
        "τ": "ink",
    },
    "water_levels": {
        "explained by the code": "decoder",
        "error left": "distortion",
        "water level τ": "ink",
        "last dimension": "soft",
        "d": "soft",
    },
    "kl_pair": {"exact KL": "linear", "trained KL": "rate"},
    "spectra": {"model shown": "rate", "dedicated models": "ink"},
    "bound": {
        "best": "soft",
        "log p(x)": "decoder",
        "ELBO": "ink",
        "gap": "posterior",
        "you are here": "rate paper",
        "best, named": "soft",
    },
    "cure_plane": {
        "bound": "soft",
        "no cure": "dead dead paper",
        "a good one": "posterior posterior paper",
        "a dear one": "posterior posterior paper",
        "cures": "ink",
    },
    "free_bits": {"floor": "soft", "without the floor": "paper dead", "with free bits": "rate"},
    "posteriors": {"q(z|x)": "class 0", "prior": "prior"},
    "code": {
        "prior": "prior",
        "μ ± σ": "posterior",
        "ends": "posterior",
        "μ": "posterior",
        "z": "decoder",
    },
    "cost": {
        "D": "distortion",
        "R": "rate",
        "D + R": "ink",
        "a moment ago": "posterior",
        "names": "ink",
    },
    "unit_spread": {
        "sum 1": "prior",
        "collapsed": "dead paper",
        "not collapsed": "rate paper",
        "names": "ink",
        "group": "ink",
    },
    "two_versions": {"error, mended": "distortion", "best": "linear", "error": "distortion"},
    "bars_over": {"weight": "rate", "posterior": "posterior"},
}

# The trace that each entry of a legend names.
LEGENDS: dict[str, dict[str, str]] = {
    "two_gaussians": {"q": "q(z)", "p, the prior": "p(z)"},
    "kl_integrand": {"adds": "adds", "takes off": "takes off"},
    "running_mean": {
        "closed form": "closed form",
        "mean of draws": "mean of draws",
        "± 2 standard errors": "+ 2 standard errors",
    },
    "toy_posteriors": {"p(z)": "p(z)", "p(z|x)": "p(z|x)", "q(z|x)": "q(z|x)"},
    "evidence_bars": {"ELBO": "ELBO"},
    "elbo_over_mean": {"log p(x)": "log p(x)", "ELBO at this σ": "ELBO"},
    "step_densities": {"p(z)": "p(z)", "q(z|x)": "q(z|x)", "p(x|z)": "p(x|z)", "z": "z"},
    "held_draw": {"ε held": "ε held", "z held": "z held", "what μ gets": "tangent"},
    "estimator_strip": {name: name for name in ("exact", *ESTIMATORS)},
    "estimator_variance": {name: name for name in ESTIMATORS},
    "law_draw": {"draw z": "draw", "dz/dθ": "tangent"},
    "law_cdf": {"F at θ": "F at θ", "F at θ + 0.5": "F at θ + change", "u": "u"},
    "simplex": {name: name for name in ("class 1", "class 2", "class 3", "p")},
    "relaxed_estimates": {name: name for name in (*RELAXED, "enumerated")},
    "ways_over_steps": {name: name for name in READINGS},
    "variance_pull": {name: name for name in READINGS},
    "mixture": {
        "p, the mixture": "p(z)",
        "least KL(q ‖ p) from the start": "KL(q ‖ p)",
        "its other local optima": "other optima",
        "least KL(p ‖ q)": "KL(p ‖ q)",
        "start of q": "start",
    },
    "kl_landscape": {
        "6 nats or more": "KL (nats)",
        "local optimum": "optima",
        "descent from the start": "descent",
    },
    "pulls": {"by −log p(x|z)": "likelihood", "by the KL": "KL", "sum": "sum"},
    "likelihood_curves": {"Gaussian": "Gaussian", "Bernoulli": "Bernoulli"},
    "bits_bars": {
        "misfit": "misfit",
        "rate": "rate",
        "as the loss has it: no probability": "no probability",
    },
    "true_posterior": {"p(z|x)": "p(z|x)", "q, 1σ and 2σ": "q(z|x), 1σ"},
    "gap_ways": {"log p(x)": "log p(x)", "ELBO": "ELBO"},
    "kind_gaps": {},
    "sight_gaps": {"by what is not seen": "not seen", "by the family": "family"},
    "gap_stack": {
        "amortization gap": "amortization gap",
        "approximation gap": "approximation gap",
    },
    "weighted_bound": {
        "log p(x)": "log p(x)",
        "L_k": "L_k",
        "± 2 errors": "+ 2 errors",
        "delta method": "delta",
    },
    "weight_spread": {"draws": "draws", "their share of the sum": "sum", "p(x)": "p(x)"},
    "latent_map": {"one": "one", "two": "two", "three": "three"},
    "latent_strip": {"one": "one", "two": "two", "three": "three"},
    "kl_bars": {
        "linear VAE, by rank": "linear VAE, ½ log(λ/τ)",
        "collapsed: below 0.1": "collapsed",
    },
    "rate_distortion": {
        "this model": "this model's curve",
        "slope −β, right axis": "tangent of slope −β",
        "linear VAE": "linear VAE, exact",
    },
    "plane": {"data": "data", "reconstructions": "reconstructions", "A to B": "A to B"},
    "loss_curves": {"−ELBO = D + R": "−ELBO", "distortion D": "D"},
    "rate_curve": {"rate R": "R", "active units (right)": "active units, by height"},
    "kl_heat": {"0.1 nats; less: collapsed": "KL (nats)", "4 nats": "KL (nats)"},
    "gradient_norms": {"‖∇D‖": "log10 ‖∇D‖", "‖∇βR‖": "log10 ‖∇βR‖"},
    "collapse_map": {
        "3 active": "active units",
        "1": "active units",
        "not covered": "active units",
        "linear VAE: τ = λᵢ": "linear VAE: λᵢ",
        "here": "you are here",
    },
    "loss_place": {
        "this loss, τ = 392": "this loss",
        "linear VAE": "linear VAE, exact",
        "active units": "active units",
    },
    "elbo_over_variance": {
        "own network": "trained at each σ²",
        "σ² exchanged": "one network, σ² exchanged",
        "per pixel": "a σ² for every pixel",
    },
    "rate_plane": {
        "this model": "this model's curve",
        "slope −β, right axis": "tangent of slope −β",
        "linear VAE": "linear VAE, exact",
        "D + R = −ELBO": "ELBO here",
        "equal ELBO": "one ELBO",
        "dedicated models": "dedicated models",
    },
    "spectrum": {"coded": "coded", "error left": "error left", "under water": "under water"},
    "water_levels": {"explained": "explained by the code", "error left": "error left"},
    "kl_pair": {"closed form": "exact KL", "trained": "trained KL"},
    "spectra": {"model shown": "model shown", "dedicated": "dedicated models"},
    "bound": {"log p(x)": "log p(x)", "ELBO": "ELBO", "gap": "gap"},
    "cure_plane": {"with a cure": "a good one", "without": "no cure"},
    "free_bits": {"free bits": "with free bits", "no floor": "without the floor"},
    "posteriors": {"prior p(z)": "prior"},
    "code": {"μ ± σ": "μ ± σ", "z = μ + σε": "z", "prior ± 1": "prior"},
    "cost": {"distortion D": "D", "rate R": "R", "a moment ago": "a moment ago"},
    "unit_spread": {"not collapsed": "not collapsed", "collapsed": "collapsed", "sum 1": "sum 1"},
    "two_versions": {"error": "error", "best": "best", "error, mended": "error, mended"},
    "bars_over": {"weight": "weight", "posterior": "posterior"},
}


def roles(trace: dict[str, Any]) -> str:
    """The colours of a trace's scale, line, mark, ring and words, in this order."""
    marker = trace.get("marker", {})
    parts = [{"color": c} for _, c in trace.get("colorscale", [])]
    parts += [trace.get("line", {}), marker, marker.get("line", {}), trace.get("textfont", {})]
    result = [part["color"] for part in parts if "color" in part]
    return " ".join(" ".join(c) if isinstance(c, list) else c for c in result)


@pytest.mark.parametrize("name", FIGURES)
def test_axes_have_the_ends_the_scale_and_the_unit_of_the_record(name: str) -> None:
    layout = FIGURES[name](LIGHT).layout
    for axis, (low, high, scale, title) in zip(("xaxis", "yaxis"), AXES[name], strict=True):
        assert layout[axis]["range"] == pytest.approx([low, high])
        assert layout[axis].get("type") == scale
        assert layout[axis]["title"]["text"] == title


@pytest.mark.parametrize("name", FIGURES)
def test_every_part_has_the_colour_of_what_it_shows(name: str) -> None:
    drawn = {trace["name"]: roles(trace) for trace in reversed(FIGURES[name](NAMED).data)}
    assert drawn == COLOURS[name]


@pytest.mark.parametrize("name", FIGURES)
def test_a_legend_names_each_trace_by_its_colour(name: str) -> None:
    legend = FIGURES[name](NAMED).layout["meta"]["legend"]
    assert [words for words, *_ in legend] == list(LEGENDS[name])
    for words, colour, *_ in legend:
        assert colour in COLOURS[name][LEGENDS[name][words]]


@pytest.mark.parametrize("name", FIGURES)
def test_a_legends_key_looks_like_what_it_names(name: str) -> None:
    """A line, a tick or a dash where that is what is drawn; a dot for points, bars and areas."""
    spec = FIGURES[name](LIGHT)
    drawn = {trace["name"]: trace for trace in reversed(spec.data)}
    for words, _, *how in spec.layout["meta"]["legend"]:
        assert how == looks(drawn[LEGENDS[name][words]]), words


def looks(trace: dict[str, Any]) -> list[str]:
    mode, line = trace.get("mode", ""), trace.get("line", {})
    if mode == "lines" and line["width"] < 10:
        return [line.get("dash", "solid")]
    return ["solid"] if trace.get("marker", {}).get("symbol") == "line-ew" else []


def test_the_axes_of_beta_and_variance_are_logarithmic() -> None:
    """Six cells over 10⁻³ … 100 and 10⁻⁴ … 10: half a cell is half a decade."""
    layout = collapse_map(KNOBS, LIGHT).layout
    ranges = [layout[axis]["range"] for axis in ("xaxis", "yaxis")]
    np.testing.assert_allclose(ranges, [[-3.5, 2.5], [-4.5, 1.5]])
    assert [layout[axis]["type"] for axis in ("xaxis", "yaxis")] == ["log", "log"]
    assert layout["xaxis"]["title"]["text"] == "β"
    assert layout["yaxis"]["title"]["text"] == "likelihood variance σ²"


def test_a_posterior_has_the_colour_of_its_examples_class() -> None:
    """Labels 0 and 11 of ten classes: the colours start again."""
    drawn = [t for t in posteriors(POSTERIORS, NAMED).data if t["name"] == "q(z|x)"]
    assert [roles(trace) for trace in drawn] == ["class 0", "class 1"]


@pytest.mark.parametrize("name", FIGURES)
def test_ticks_are_labelled_with_their_own_values(name: str) -> None:
    for axis in ("xaxis", "yaxis"):
        axis = FIGURES[name](LIGHT).layout[axis]
        for value, text in zip(axis.get("tickvals", []), axis.get("ticktext", []), strict=True):
            if text in COLUMNS or not any(letter.isdigit() for letter in text):  # a name
                continue
            plain = text.replace("10<sup>", "").replace("</sup>", "").replace("−", "-")
            assert float(plain) == pytest.approx(value)


@pytest.mark.parametrize("name", FIGURES)
def test_ticks_stand_upright(name: str) -> None:
    assert FIGURES[name](LIGHT).layout["xaxis"]["tickangle"] == 0
