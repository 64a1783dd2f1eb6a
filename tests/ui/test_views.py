"""From settings to records: the second scale, the prediction, and axes that have room for what is shown."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from vaeviz.measures.observe import nats, observe, read
from vaeviz.ui import views
from vaeviz.ui.settings import Settings
from vaeviz.ui.views import Probe


def test_the_d_scale_is_the_distortion_at_twice_its_height(probe: Callable[[str], Probe]) -> None:
    """The axis is half the squared error, so that a height h stands for a loss of 2h."""
    p, s = probe("digits"), Settings()
    seen = observe(p.linear, p.x, s.tau, s.d, p.noise)
    record = views.rate_distortion(s, p, p.linear, seen)
    for height, shown in record.nats:
        assert shown == pytest.approx(nats(2 * height, p.elements, "gaussian", s.sigma2))
    here = read(seen, p.elements, "gaussian", s.beta, s.sigma2, 0.1).distortion
    (h0, d0), *_, (h1, d1) = record.nats
    assert d0 + (record.loss - h0) * (d1 - d0) / (h1 - h0) == pytest.approx(here)
    assert record.slope == seen.tau


def test_the_prediction_is_half_log_lambda_over_tau(probe: Callable[[str], Probe]) -> None:
    p, s = probe("digits"), Settings(sigma2=0.2)
    seen = observe(p.linear, p.x, s.tau, s.d, p.noise)
    ticks = views.kl_bars(s, p, p.linear, seen).linear
    np.testing.assert_allclose(ticks, np.maximum(0.5 * np.log(p.linear.eigenvalues[:8] / s.tau), 0))
