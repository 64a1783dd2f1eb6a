"""Axes that widen in steps: the curves fill them, and none is cut."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from tests.figures.by_hand import APART, FITTED
from vaeviz.figures.kl_integrand import HIGHS, kl_integrand
from vaeviz.figures.mixture import mixture
from vaeviz.figures.number_line import TOPS
from vaeviz.figures.theme import LIGHT
from vaeviz.theory.mixture_fit import Mixture, fit
from vaeviz.theory.two_gaussians import Gaussian


def test_a_narrow_component_of_little_weight_leaves_the_axis_low() -> None:
    p = Mixture(np.array([0.99, 0.01]), np.array([0.0, 0.4]), np.array([1.0, 0.1]))
    made = fit(p, Gaussian(1.0, 1.0), "reverse")
    assert 0.42 / p.sigmas.min() > TOPS[2]
    assert mixture(made, LIGHT, "a test").layout["yaxis"]["range"][1] == TOPS[0]


@pytest.mark.parametrize(("sigma", "top"), [(1.0, TOPS[0]), (0.35, TOPS[1]), (0.15, TOPS[2])])
def test_the_axis_holds_the_start_of_q(sigma: float, top: float) -> None:
    p = Mixture(np.array([1.0]), np.array([0.0]), np.array([1.0]))
    made = replace(fit(p, Gaussian(1.0, 1.0), "reverse"), start=Gaussian(1.0, sigma))
    assert mixture(made, LIGHT, "a test").layout["yaxis"]["range"][1] == top


def test_every_drawn_curve_stays_below_the_end_of_the_axis() -> None:
    drawn = mixture(FITTED, LIGHT, "a test")
    tallest = max(v for trace in drawn.data for v in trace["y"] if v is not None)
    assert tallest < drawn.layout["yaxis"]["range"][1]


@pytest.mark.parametrize("peak", [0.7, 2.2, 9.0, 17.0, 50.0, 120.0, 500.0, 1500.0, 5e3, 3e4])
def test_the_integrand_fills_a_quarter_of_its_axis(peak: float) -> None:
    made = replace(APART, integrand=np.where(np.arange(len(APART.integrand)) == 100, peak, 0.0))
    top = kl_integrand(made, "q log(q/p)", LIGHT, "a test").layout["yaxis"]["range"][1]
    assert peak <= top <= 4.2 * peak
    assert all(b <= 4 * a for a, b in pairwise(HIGHS))
