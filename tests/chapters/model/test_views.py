"""Records from settings: the second scale, the prediction, and the axes' ranges."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from vaeviz.chapters.model import views
from vaeviz.chapters.model.settings import ModelView
from vaeviz.chapters.model.views import clipped
from vaeviz.figures.rate_distortion import rate_distortion
from vaeviz.figures.theme import LIGHT
from vaeviz.measures.observe import nats, observe, read
from vaeviz.serve import models
from vaeviz.serve.probes import Probe


def test_the_d_scale_is_the_distortion_at_twice_its_height(probe: Callable[[str], Probe]) -> None:
    """The axis is half the squared error, so that a height h stands for a loss of 2h."""
    p, s = probe("digits"), ModelView()
    seen = observe(p.linear, p.x, s.tau, s.d, p.noise)
    record = views.rate_distortion(s, p, p.linear, seen)
    for height, shown in record.nats:
        assert shown == pytest.approx(nats(2 * height, p.elements, "gaussian", s.sigma2))
    here = read(seen, p.elements, "gaussian", s.beta, s.sigma2, 0.1).distortion
    (h0, d0), *_, (h1, d1) = record.nats
    assert d0 + (record.loss - h0) * (d1 - d0) / (h1 - h0) == pytest.approx(here)
    assert record.slope == seen.tau


@pytest.mark.parametrize(
    ("beta", "sigma2", "asked"), [(0.005, 0.02, False), (1.0, 0.05, True), (0.02, 0.05, True)]
)
def test_the_tangents_beta_is_that_of_the_line_drawn(
    beta: float, sigma2: float, asked: bool, probe: Callable[[str], Probe]
) -> None:
    """τ = 1e-4 lies below the range: the line is that of τ = 0.001, on the D scale β = 0.05."""
    p, s = probe("digits"), ModelView(beta=beta, sigma2=sigma2)
    seen = observe(p.linear, p.x, clipped(s.tau, p.linear), s.d, p.noise)
    record = views.rate_distortion(s, p, p.linear, seen)
    line = next(t for t in rate_distortion(record, LIGHT).data if "tangent" in t["name"])
    (x0, x1), (y0, y1) = line["x"], line["y"]
    assert record.beta == pytest.approx((y0 - y1) / (x1 - x0) / sigma2, rel=1e-3)
    assert record.at_end is not asked
    assert (record.beta == beta) is asked


@pytest.mark.parametrize("sigma2", [1e-4, 1e-3, 0.05, 1.0, 10.0])
@pytest.mark.parametrize("data", ["digits", "moons", "mnist-5k"])
def test_no_two_labels_of_the_d_scale_read_the_same(
    data: str, sigma2: float, probe: Callable[[str], Probe]
) -> None:
    p, s = probe(data), ModelView(sigma2=sigma2, d=2)
    seen = observe(p.linear, p.x, clipped(s.tau, p.linear), s.d, p.noise)
    spec = rate_distortion(views.rate_distortion(s, p, p.linear, seen), LIGHT)
    labels = next(t for t in spec.data if t["name"] == "D in nats")["text"]
    assert len(labels) == len({*labels}) == 4


def test_the_prediction_is_half_log_lambda_over_tau(probe: Callable[[str], Probe]) -> None:
    p, s = probe("digits"), ModelView(sigma2=0.2)
    seen = observe(p.linear, p.x, s.tau, s.d, p.noise)
    ticks = views.kl_bars(s, p, p.linear, seen).linear
    np.testing.assert_allclose(ticks, np.maximum(0.5 * np.log(p.linear.eigenvalues[:8] / s.tau), 0))


@pytest.mark.parametrize("tau", [1e-3, 1.0, 100.0])
@pytest.mark.parametrize("d", [1, 2, 16])
@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
def test_the_axes_hold_the_whole_curve_and_the_point(
    likelihood: str, d: int, tau: float, probe: Callable[[str], Probe]
) -> None:
    """The curve of few dimensions reaches higher than that of all."""
    p, s = probe("mnist-5k"), ModelView(data="mnist-5k", likelihood=likelihood, d=d)
    codec = models.multi_rate(p, likelihood, patience=60)
    assert codec
    seen = observe(codec, p.x[:200], clipped(tau, codec), d, p.noise[:200])
    record = views.rate_distortion(s, p, codec, seen)
    assert max(record.rate, *record.rates) < record.right
    assert max(record.loss, *record.losses) < record.top
