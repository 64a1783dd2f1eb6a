"""The walk's gradients against differences, and its parts against the measures that pages use."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from vaeviz.data import describe
from vaeviz.measures.codecs.codec import Codec
from vaeviz.measures.walk import walk
from vaeviz.serve import models, probes
from vaeviz.serve.probes import Probe

BETA, SIGMA2, TAU, D = 1.7, 0.05, 0.05, 4
NOISE = np.random.default_rng(3).standard_normal(D)
STILL = np.zeros(D)


@pytest.fixture(scope="module")
def probe() -> Probe:
    made = probes.probe("digits", patience=60)
    assert made is not None
    return made


def codec(probe: Probe, likelihood: str) -> Codec:
    made = models.multi_rate(probe, likelihood, patience=60)
    assert made is not None
    return made


def taken(probe: Probe, likelihood: str = "gaussian", **more: Any) -> Any:
    given = {"mu": STILL, "logvar": STILL, "noise": NOISE} | more
    network = codec(probe, likelihood).network(TAU, D, describe("digits"))
    x = probe.x[0].astype(np.float64)
    moves = given["mu"], given["logvar"]
    return walk(network, likelihood, x, moves, given["noise"], BETA, SIGMA2)


def test_it_is_the_step_that_the_pages_measure(probe: Probe) -> None:
    made, of = taken(probe), codec(probe, "gaussian")
    x = probe.x[:1]
    mu, logvar = of.encode(x, TAU, D)
    np.testing.assert_allclose(made.mu, mu[0], atol=1e-4)
    np.testing.assert_allclose(made.logvar, logvar[0], atol=1e-4)
    loss = float(of.loss(x, made.z[None].astype(np.float32), TAU, D)[0])
    nll = loss / (2 * SIGMA2) + 32 * math.log(2 * math.pi * SIGMA2)
    assert made.nll == pytest.approx(nll, abs=2e-3)
    np.testing.assert_allclose(made.z, made.mu + np.exp(made.logvar / 2) * NOISE, atol=1e-12)
    kl = 0.5 * (made.mu**2 + np.exp(made.logvar) - 1 - made.logvar)
    np.testing.assert_allclose(made.kl, kl, atol=1e-12)
    assert made.encoder[-1] == 2 * D
    assert made.decoder[-1] == 64


@pytest.mark.parametrize("likelihood", ["gaussian", "bernoulli", "categorical"])
def test_the_gradients_are_those_of_differences(probe: Probe, likelihood: str) -> None:
    made, h = taken(probe, likelihood), 1e-5
    for k in range(D):
        unit = h * np.eye(D)[k]
        for move, gradient in (("mu", made.d_mu), ("logvar", made.d_logvar)):
            up, down = (taken(probe, likelihood, **{move: s * unit}).objective for s in (1, -1))
            assert gradient[k] == pytest.approx((up - down) / (2 * h), rel=1e-5, abs=1e-5)


def test_the_parts_are_the_formulas_of_the_reading(probe: Probe) -> None:
    made = taken(probe)
    np.testing.assert_allclose(made.kl_d_mu, BETA * made.mu, atol=1e-12)
    np.testing.assert_allclose(made.kl_d_logvar, BETA * (np.exp(made.logvar) - 1) / 2, atol=1e-12)
    through = made.nll_d_mu * np.exp(made.logvar / 2) * NOISE / 2
    np.testing.assert_allclose(made.nll_d_logvar, through, atol=1e-10)


def test_convolutions_are_refused(probe: Probe) -> None:
    network = codec(probe, "gaussian").network(TAU, D, describe("digits"))
    first = network.encoder[0]
    kernel = replace(first, kind="conv", weight=np.zeros((1, 1, 4, 4), np.float32))
    with pytest.raises(ValueError, match="matrix"):
        walk(replace(network, encoder=(kernel,)), "gaussian", probe.x[0], (STILL, STILL), NOISE,
             BETA, SIGMA2)  # fmt: skip
