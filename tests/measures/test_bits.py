"""Bits per pixel: probabilities of levels against quadrature, and what the four models need."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from scipy.integrate import quad

from vaeviz.chapters.likelihoods.compare import LEVELS, NAMES
from vaeviz.densities import LIKELIHOODS
from vaeviz.densities.likelihood import edges
from vaeviz.measures.bits import bits
from vaeviz.records.bits import Bits
from vaeviz.serve import models, probes

GREY = np.array([[0.0, 1 / 16, 0.5, 1.0]])
OUTPUTS = np.array([[-0.02, 0.3, 0.52, 0.9]])


@pytest.mark.parametrize(("name", "reach"), [("gaussian", 6.0), ("continuous-bernoulli", 0.0)])
def test_a_density_gives_each_level_its_integral(name: str, reach: float) -> None:
    p, sigma2 = LIKELIHOODS[name], 0.04
    outputs = OUTPUTS if reach else 20 * (OUTPUTS - 0.5)
    masses = np.exp(p.log_masses(GREY, outputs, sigma2, LEVELS))
    low, high = edges(GREY, LEVELS)
    for k in range(GREY.shape[1]):

        def density(x: float, a: float = float(outputs[0, k])) -> float:
            at, out = (torch.tensor([v], dtype=torch.float64) for v in (x, a))
            return math.exp(float(p.log_prob(at, out, math.log(sigma2))))

        ends = (low[0, k] or -reach, high[0, k] if high[0, k] < 1 else 1 + reach)
        assert masses[0, k] == pytest.approx(quad(density, *ends, epsabs=1e-12)[0], abs=1e-8)


@pytest.mark.parametrize("name", ["gaussian", "continuous-bernoulli", "categorical"])
def test_levels_of_a_likelihood_add_up_to_one(name: str) -> None:
    p = LIKELIHOODS[name]
    outputs = 3 * np.random.default_rng(0).standard_normal((2, 3, 5))
    outputs = outputs if name == "categorical" else outputs[..., 0]
    levels = np.linspace(0, 1, 5)
    sums = sum(np.exp(p.log_masses(np.full((2, 3), v), outputs, 0.1, 5)) for v in levels)
    np.testing.assert_allclose(sums, 1, atol=1e-12)


@pytest.fixture(scope="module")
def measured() -> dict[str, Bits]:
    probe = probes.probe("digits", 60)
    assert probe is not None
    kept = {one.entry.name: one for one in models.shipped("digits")}
    made = {}
    for name in NAMES:
        codec: Any = models.dedicated(kept[name], probe, 60)
        made[name] = bits(codec, name, probe.x, probe.noise, kept[name].sigma2, LEVELS)
    return made


def test_what_the_page_says_of_the_four_models(measured: dict[str, Bits]) -> None:
    gaussian, bernoulli, continuous, categorical = (measured[name] for name in NAMES)
    assert [one.proper for one in measured.values()] == [True, False, True, True]
    assert bernoulli.total > 5
    assert bernoulli.all < 0.25 * categorical.all  # as it stands it looks best by far
    normalised = {name: one.rate + one.normalised for name, one in measured.items()}
    assert max(normalised, key=normalised.__getitem__) == NAMES[1]
    assert min(normalised, key=normalised.__getitem__) == NAMES[3]
    for one in (gaussian, continuous):
        assert one.density < 0  # a density on points has no floor
        assert one.dequantised is not None
        assert one.dequantised >= one.misfit - 1e-9  # by Jensen
    assert categorical.dequantised is None


def test_the_parts_are_those_of_the_models_own_loss(measured: dict[str, Bits]) -> None:
    """A categorical's misfit is its loss; every rate is the KL by hand."""
    probe = probes.probe("digits", 60)
    assert probe is not None
    kept = {one.entry.name: one for one in models.shipped("digits")}[NAMES[3]]
    codec = models.dedicated(kept, probe, 60)
    assert codec is not None
    mu, logvar = codec.encode(probe.x, 1.0, 16)
    z = (mu + np.exp(0.5 * logvar) * probe.noise[:, :16]).astype(np.float32)
    unit = 64 * math.log(2)
    loss = float(codec.loss(probe.x, z, 1.0, 16).mean()) / unit
    kl = float((0.5 * (mu**2 + np.exp(logvar) - 1 - logvar)).sum(1).mean()) / unit
    assert measured[NAMES[3]].misfit == pytest.approx(loss, abs=1e-4)
    assert measured[NAMES[3]].rate == pytest.approx(kl, abs=1e-4)
