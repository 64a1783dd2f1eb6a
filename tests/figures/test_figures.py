"""Every figure: Plotly accepts it, its meta is complete, and a symbol keeps its colour."""

from __future__ import annotations

import dataclasses
import itertools
import math
import pkgutil
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.figures.bound_records import (
    EXAMPLE,
    KINDS,
    SIGHT,
    SPREAD_OF_WEIGHTS,
    STACK,
    VIEW,
    WEIGHTED,
)
from tests.figures.by_hand import (
    APART,
    BITS,
    BOUND_OF,
    CURVES,
    FITTED,
    HELD,
    OVER,
    PRIOR,
    TAKEN,
    WALK,
    Q,
)
from tests.figures.collapse_records import BOUND, COLLAPSE, PLACE, RATE_PLANE
from tests.figures.cure_records import STUDY
from tests.figures.diagnosis_records import POSTERIORS, SPREAD
from tests.figures.estimator_records import (
    ESTIMATES,
    NUMBER,
    RELAXED_OVER,
    TRIANGLE,
    TWO_CURVES,
    VARIANCES,
)
from tests.figures.linear_records import LEVELS, LINEAR_BOUND, PAIR
from tests.figures.museum_records import BARS, COMPARISON
from tests.figures.over_steps import GRADIENTS, HEAT, LOSS, RATE
from tests.figures.records import KL, MAP, PLANE, RD, SPECTRA
from tests.figures.test_free_bits import PULL
from tests.figures.test_one_example import CODE
from tests.figures.variance_records import COURSES, PULLS
from vaeviz import figures
from vaeviz.figures.bars_over import bars_over
from vaeviz.figures.bits_bars import bits_bars
from vaeviz.figures.bound import bound
from vaeviz.figures.code import code
from vaeviz.figures.collapse_map import collapse_map
from vaeviz.figures.cost import cost
from vaeviz.figures.cure_plane import cure_plane
from vaeviz.figures.elbo_over_mean import elbo_over_mean
from vaeviz.figures.elbo_over_variance import elbo_over_variance
from vaeviz.figures.estimator_strip import estimator_strip
from vaeviz.figures.estimator_variance import estimator_variance
from vaeviz.figures.evidence_bars import evidence_bars
from vaeviz.figures.free_bits import free_bits
from vaeviz.figures.gap_stack import gap_stack
from vaeviz.figures.gap_ways import gap_ways
from vaeviz.figures.gradient_norms import gradient_norms
from vaeviz.figures.held_draw import held_draw
from vaeviz.figures.kind_gaps import kind_gaps
from vaeviz.figures.kl_bars import kl_bars
from vaeviz.figures.kl_heat import kl_heat
from vaeviz.figures.kl_integrand import kl_integrand
from vaeviz.figures.kl_landscape import kl_landscape
from vaeviz.figures.kl_pair import kl_pair
from vaeviz.figures.latent_map import latent_map
from vaeviz.figures.latent_strip import latent_strip
from vaeviz.figures.law_cdf import law_cdf
from vaeviz.figures.law_draw import law_draw
from vaeviz.figures.likelihood_curves import likelihood_curves
from vaeviz.figures.loss_curves import loss_curves
from vaeviz.figures.loss_place import loss_place
from vaeviz.figures.mixture import mixture
from vaeviz.figures.plane import plane
from vaeviz.figures.posteriors import posteriors
from vaeviz.figures.pulls import pulls
from vaeviz.figures.rate_curve import rate_curve
from vaeviz.figures.rate_distortion import rate_distortion
from vaeviz.figures.rate_plane import rate_plane
from vaeviz.figures.relaxed_estimates import relaxed_estimates
from vaeviz.figures.running_mean import running_mean
from vaeviz.figures.sight_gaps import sight_gaps
from vaeviz.figures.simplex import simplex
from vaeviz.figures.spectra import spectra
from vaeviz.figures.spectrum import spectrum
from vaeviz.figures.step_densities import step_densities
from vaeviz.figures.theme import THEMES, Spec, Theme
from vaeviz.figures.toy_posteriors import toy_posteriors
from vaeviz.figures.true_posterior import true_posterior
from vaeviz.figures.two_gaussians import two_gaussians
from vaeviz.figures.two_versions import two_versions
from vaeviz.figures.unit_spread import unit_spread
from vaeviz.figures.variance_pull import variance_pull
from vaeviz.figures.water_levels import water_levels
from vaeviz.figures.ways_over_steps import ways_over_steps
from vaeviz.figures.weight_spread import weight_spread
from vaeviz.figures.weighted_bound import weighted_bound
from vaeviz.records.one_example import Cost

FIGURES: dict[str, Callable[[Theme], Spec]] = {
    "two_gaussians": lambda theme: two_gaussians(Q, PRIOR, theme, "a test"),
    "kl_integrand": lambda theme: kl_integrand(APART, "q log(q/p)", theme, "a test"),
    "running_mean": lambda theme: running_mean(APART, theme, "a test"),
    "toy_posteriors": lambda theme: toy_posteriors(Q, BOUND_OF.posterior, 1.2, theme, "a test"),
    "evidence_bars": lambda theme: evidence_bars(BOUND_OF, theme, "a test"),
    "elbo_over_mean": lambda theme: elbo_over_mean(1.0, BOUND_OF, OVER, theme, "a test"),
    "step_densities": lambda theme: step_densities(TAKEN, "a test", theme),
    "held_draw": lambda theme: held_draw(HELD, theme),
    "estimator_strip": lambda theme: estimator_strip(ESTIMATES, theme),
    "estimator_variance": lambda theme: estimator_variance(VARIANCES, theme),
    "law_draw": lambda theme: law_draw(NUMBER, theme),
    "law_cdf": lambda theme: law_cdf(TWO_CURVES, theme),
    "simplex": lambda theme: simplex(TRIANGLE, theme),
    "relaxed_estimates": lambda theme: relaxed_estimates(RELAXED_OVER, theme),
    "ways_over_steps": lambda theme: ways_over_steps(COURSES, theme),
    "variance_pull": lambda theme: variance_pull(PULLS, theme),
    "mixture": lambda theme: mixture(FITTED, theme, "a test"),
    "kl_landscape": lambda theme: kl_landscape(FITTED, theme, "a test"),
    "pulls": lambda theme: pulls(WALK, "mu", theme),
    "likelihood_curves": lambda theme: likelihood_curves(CURVES, theme),
    "bits_bars": lambda theme: bits_bars(BITS, theme),
    "true_posterior": lambda theme: true_posterior(VIEW, theme),
    "gap_ways": lambda theme: gap_ways(EXAMPLE, theme, "a test"),
    "kind_gaps": lambda theme: kind_gaps(KINDS, theme),
    "sight_gaps": lambda theme: sight_gaps(SIGHT, theme),
    "gap_stack": lambda theme: gap_stack(STACK, theme),
    "weighted_bound": lambda theme: weighted_bound(WEIGHTED, theme),
    "weight_spread": lambda theme: weight_spread(SPREAD_OF_WEIGHTS, theme),
    "latent_map": lambda theme: latent_map(MAP, theme),
    "latent_strip": lambda theme: latent_strip(MAP, theme),
    "kl_bars": lambda theme: kl_bars(KL, theme),
    "rate_distortion": lambda theme: rate_distortion(RD, theme),
    "plane": lambda theme: plane(PLANE, theme),
    "loss_curves": lambda theme: loss_curves(LOSS, theme),
    "rate_curve": lambda theme: rate_curve(RATE, theme),
    "kl_heat": lambda theme: kl_heat(HEAT, theme),
    "gradient_norms": lambda theme: gradient_norms(GRADIENTS, theme),
    "collapse_map": lambda theme: collapse_map(COLLAPSE, theme),
    "loss_place": lambda theme: loss_place(PLACE, theme),
    "elbo_over_variance": lambda theme: elbo_over_variance(BOUND, theme),
    "rate_plane": lambda theme: rate_plane(RATE_PLANE, theme),
    "spectrum": lambda theme: spectrum(LEVELS, theme),
    "water_levels": lambda theme: water_levels(LEVELS, theme),
    "kl_pair": lambda theme: kl_pair(PAIR, theme),
    "spectra": lambda theme: spectra(SPECTRA, theme),
    "bound": lambda theme: bound(LINEAR_BOUND, theme),
    "cure_plane": lambda theme: cure_plane(STUDY, theme),
    "free_bits": lambda theme: free_bits(PULL, theme),
    "posteriors": lambda theme: posteriors(POSTERIORS, theme),
    "code": lambda theme: code(CODE, theme),
    "cost": lambda theme: cost(Cost(30.0, 20.0, 48.0, "a test"), theme),
    "unit_spread": lambda theme: unit_spread(SPREAD, theme),
    "two_versions": lambda theme: two_versions(COMPARISON, theme),
    "bars_over": lambda theme: bars_over(BARS, theme),
}
EVERY = [(name, theme) for name in FIGURES for theme in THEMES]
every = pytest.mark.parametrize(("name", "theme"), EVERY)
TEXT = ("ink", "soft", "prior", "posterior", "rate", "distortion", "decoder", "linear")
SIGHTS = {  # what is left of linear-light red, green and blue: Machado et al. 2009, severity 1
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "red-blind": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "green-blind": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}
themes = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)


def trace(spec: Spec, name: str) -> dict[str, Any]:
    return next(t for t in spec.data if t["name"] == name)


def channels(colour: str) -> tuple[float, float, float]:
    """Linear-light red, green and blue of #RRGGBB, by WCAG 2.2."""
    red, green, blue = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    line = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)]
    return line[0], line[1], line[2]


def luminance(colour: str) -> float:
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), channels(colour), strict=True))


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def oklab(colour: str, sight: str = "normal") -> tuple[float, ...]:
    """Ottosson 2020: a space in which distances are about perceived differences, for one of
    SIGHTS.
    """
    seen = (sum(m * c for m, c in zip(row, channels(colour), strict=True)) for row in SIGHTS[sight])
    r, g, b = (min(max(c, 0.0), 1.0) for c in seen)
    cone = [
        (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3),
        (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3),
        (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3),
    ]
    rows = (
        (0.2104542553, 0.7936177850, -0.0040720468),
        (1.9779984951, -2.4285922050, 0.4505937099),
        (0.0259040371, 0.7827717662, -0.8086757660),
    )
    return tuple(sum(m * c for m, c in zip(row, cone, strict=True)) for row in rows)


def test_the_checks_know_the_figures_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)
    assert oklab("#FFFFFF") == pytest.approx((1, 0, 0), abs=1e-4)


def test_every_figure_module_is_in_this_list() -> None:
    helpers = {"theme", "limits", "over_steps", "numbers", "number_line", "twin", "graph"}
    modules = {m.name for m in pkgutil.iter_modules(figures.__path__)} - helpers
    assert modules == set(FIGURES)


@every
def test_plotly_accepts_it(name: str, theme: str) -> None:
    spec = FIGURES[name](THEMES[theme])
    drawn: Any = spec.draw()
    assert len(drawn.data) == len(spec.data)
    assert drawn.layout.meta["title"]


@every
def test_it_says_title_source_and_alt_and_keeps_its_axes(name: str, theme: str) -> None:
    layout = FIGURES[name](THEMES[theme]).layout
    assert layout["meta"]["source"] in ("a test", STUDY.source)
    assert len(layout["meta"]["alt"]) > 20
    assert len(layout["meta"]["title"]) < 60
    for axis in (layout["xaxis"], layout["yaxis"]):
        assert axis["autorange"] is False
        assert axis["range"][0] < axis["range"][1]
        assert axis["title"]["text"]
        assert axis["title"]["font"]["size"] >= 16
        assert axis["tickfont"]["size"] >= 16


@pytest.mark.parametrize("name", FIGURES)
def test_the_theme_changes_colours_and_nothing_else(name: str) -> None:
    light, dark = (repr(FIGURES[name](theme)) for theme in THEMES.values())
    assert re.sub("#[0-9A-F]{6}", "", light) == re.sub("#[0-9A-F]{6}", "", dark)


@every
def test_its_colours_are_the_themes(name: str, theme: str) -> None:
    values = dataclasses.asdict(THEMES[theme])
    known = {*(v for v in values.values() if isinstance(v, str)), *values["classes"]}
    assert set(re.findall("#[0-9A-Fa-f]{3,8}", repr(FIGURES[name](THEMES[theme])))) <= known


@themes
def test_a_symbol_keeps_its_colour(theme: Theme) -> None:
    here, bars = rate_distortion(RD, theme), kl_bars(KL, theme)
    alive = [c for c in trace(bars, "KL of dimension")["marker"]["color"] if c != theme.dead]
    assert {*alive, trace(here, "you are here")["marker"]["color"]} == {theme.rate}
    assert trace(here, "tangent of slope −β")["line"]["color"] == theme.rate
    assert trace(here, "this model's curve")["line"]["color"] == theme.distortion
    assert trace(here, "D in nats")["textfont"]["color"] == theme.distortion
    assert trace(here, "linear VAE, exact")["line"]["color"] == theme.linear
    assert trace(bars, "linear VAE, ½ log(λ/τ)")["marker"]["color"] == theme.linear
    assert trace(latent_map(MAP, theme), "prior, 1σ")["line"]["color"] == theme.prior
    assert trace(rate_curve(RATE, theme), "R")["line"]["color"] == theme.rate
    assert trace(loss_curves(LOSS, theme), "D")["line"]["color"] == theme.distortion
    assert trace(kl_heat(HEAT, theme), "KL (nats)")["colorscale"][-1] == [1, theme.rate]
    norms = gradient_norms(GRADIENTS, theme)
    assert trace(norms, "log10 ‖∇D‖")["line"]["color"] == theme.distortion
    assert trace(norms, "log10 ‖∇βR‖")["line"]["color"] == theme.rate
    in_plane = plane(PLANE, theme)
    assert trace(in_plane, "reconstructions")["marker"]["color"] == theme.decoder
    assert trace(in_plane, "A to B")["line"]["color"] == theme.posterior


@every
def test_a_legend_shows_colours_that_are_drawn(name: str, theme: str) -> None:
    spec = FIGURES[name](THEMES[theme])
    drawn = repr(spec.data)
    for words, colour, *_ in spec.layout["meta"].get("legend", []):
        assert colour in drawn, words


@themes
@pytest.mark.parametrize("role", TEXT)
def test_text_has_aa_contrast(theme: Theme, role: str) -> None:
    assert contrast(getattr(theme, role), theme.paper) >= 4.5


@themes
def test_marks_have_contrast_of_three_to_one(theme: Theme) -> None:
    for colour in (*theme.classes, theme.dead):
        assert contrast(colour, theme.paper) >= 3, colour


@themes
@pytest.mark.parametrize("sight", SIGHTS)
def test_class_colours_differ_pairwise(theme: Theme, sight: str) -> None:
    least = 0.14 if sight == "normal" else 0.1
    for a, b in itertools.combinations(theme.classes, 2):
        assert math.dist(oklab(a, sight), oklab(b, sight)) > least, (a, b)


@themes
def test_dead_bars_look_different_from_live_ones(theme: Theme) -> None:
    assert math.dist(oklab(theme.dead), oklab(theme.rate)) > 0.15


@themes
def test_alive_and_collapsed_cells_look_different(theme: Theme) -> None:
    """On a heat map: paper at 0 nats, `rate_low` at the threshold, the rate's colour at the top."""
    assert math.dist(oklab(theme.paper), oklab(theme.rate_low)) > 0.1
    assert math.dist(oklab(theme.rate_low), oklab(theme.rate)) > 0.2
