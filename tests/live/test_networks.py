"""The browser's networks, under node, against the NumPy reference: within 1e-4."""

from __future__ import annotations

import base64
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from tests.browser.latent_page import linear, mlp
from tests.live.node import run
from vaeviz.live.message import pack
from vaeviz.measures.codecs.network import decode, encode, header
from vaeviz.records import Array, Layer, Network

DECODE = """
import { unpack } from "./engine/payload.js";
import { Decoder, Encoder } from "./nets/network.js";
const { message } = unpack(new Uint8Array(Buffer.from(given.text, "base64")));
const { network, z, x } = message;
const rows = (all, d) => Array.from({ length: all.length / d }, (_, n) =>
  all.subarray(n * d, (n + 1) * d));
const decoder = new Decoder(network, network.latent), encoder = new Encoder(network, given.size);
const code = ({ mu, logvar }) => [...mu, ...logvar];
const first = z.subarray(0, network.latent);
result = { decoded: rows(z, network.latent).map((z) => [...decoder.decode(z)]),
  codes: rows(x, given.size).map((x) => code(encoder.encode(x))),
  again: decoder.decode(first) === decoder.decode(first) };
"""
POINTS = 50


def conv(output: Any, levels: int = 1, latent: int = 3, side: int = 12) -> Network:
    """Two convolutions and their mirror image, for images of side × side."""
    rng, small = np.random.default_rng(7), side // 4

    def layer(kind: Any, c_in: int, c_out: int, n_in: int, n_out: int, relu: bool) -> Layer:
        shape = (c_out, c_in, 4, 4) if kind == "conv" else (c_in, c_out, 4, 4)
        weight = rng.normal(0, 0.3, shape).astype(np.float32)
        bias = rng.normal(0, 0.3, c_out).astype(np.float32)
        return Layer(kind, weight, bias, relu, (c_in, n_in, n_in), (c_out, n_out, n_out))

    encoder = (
        layer("conv", 1, 5, side, side // 2, True),
        layer("conv", 5, 6, side // 2, small, True),
        linear(rng, 6 * small**2, 2 * latent),
    )
    decoder = (
        linear(rng, latent, 6 * small**2, relu=True),
        layer("deconv", 6, 5, small, side // 2, True),
        layer("deconv", 5, levels, side // 2, side, False),
    )
    return Network(
        encoder, decoder, output, levels, latent, (side, side), 0.0, 1.0, "drawn at random"
    )


def affine() -> Network:
    """The closed form's kind: one linear layer each way, an odd number of inputs."""
    rng = np.random.default_rng(3)
    return Network(
        (linear(rng, 25, 6),), (linear(rng, 3, 25),), "gaussian", 1, 3, (5, 5), 0.0, 1.0, "random"
    )


CASES = {
    "gaussian": mlp(output="gaussian"),
    "bernoulli": mlp(latent=5),
    "continuous": mlp(output="continuous-bernoulli"),
    "categorical": mlp(output="categorical", levels=4),
    "linear": affine(),
    "conv": conv("gaussian"),
    "conv bernoulli": conv("bernoulli"),
    "conv categorical": conv("categorical", levels=3),
}


def browser(network: Network, z: Array, x: Array) -> dict[str, Any]:
    text = base64.b64encode(pack({}, network=header(network), z=z, x=x)).decode()
    return run(DECODE, text=text, size=x.shape[1])


@pytest.mark.parametrize("network", CASES.values(), ids=CASES)
def test_the_browser_decodes_and_encodes_as_the_reference_does(network: Network) -> None:
    rng = np.random.default_rng(1)
    z = 2 * rng.normal(size=(POINTS, network.latent)).astype(np.float32)
    x = rng.random((POINTS, int(np.prod(network.shape)))).astype(np.float32)
    result = browser(network, z, x)
    np.testing.assert_allclose(result["decoded"], decode(network, z), atol=1e-4, rtol=1e-5)
    np.testing.assert_allclose(result["codes"], np.hstack(encode(network, x)), atol=1e-4, rtol=1e-5)
    assert result["again"]  # no array is made anew


def test_a_log_variance_is_clamped_as_the_model_does() -> None:
    network = mlp()
    last = network.encoder[-1]
    last.bias[2:] = (100, -100)  # log σ² of the two dimensions
    x = np.zeros((1, 64), np.float32)
    codes = browser(network, np.zeros((1, 2), np.float32), x)["codes"]
    assert codes[0][2:] == [10, -20]


CODES = """
import * as codes from "./nets/codes.js";
const { lerp, logAggregate, logPrior, nearest, norm, precise, quantile, slerp } = codes;
  const a = [3, 0, 0], b = [0, 3, 0], at = (f, t, p = a, q = b) => f(p, q, t, [0, 0, 0]);
  const mu = Float32Array.of(0, 0, 2, 1), logvar = Float32Array.of(0, 0, -1, 1);
  result = { norms: [0, 0.25, 0.5, 1].map((t) => norm(at(slerp, t))),
    ends: [at(slerp, 0), at(slerp, 1)],
    straight: at(lerp, 0.5), same: at(slerp, 0.3, a, a), opposite: at(slerp, 0.25, a, [-3, 0, 0]),
    zero: at(slerp, 0.5, a, [0, 0, 0]), quantiles: [0.001, 0.025, 0.3, 0.5, 0.975].map(quantile),
    prior: logPrior([1, 2]), aggregate: logAggregate([1, 1], mu, precise(logvar, 2)),
    near: nearest(mu, [1.9, 1], 2, [9, 9], [0, 0]) };
"""


def test_the_arithmetic_of_codes() -> None:
    result = run(CODES)
    np.testing.assert_allclose(result["norms"], 3, rtol=1e-12)
    np.testing.assert_allclose(result["ends"], [[3, 0, 0], [0, 3, 0]], atol=1e-12)
    assert result["straight"] == [1.5, 1.5, 0]
    np.testing.assert_allclose(result["same"], [3, 0, 0])
    np.testing.assert_allclose(result["opposite"], [1.5, 0, 0])  # no one circle: the straight line
    assert result["zero"] == [1.5, 0, 0]
    exact = [NormalDist().inv_cdf(p) for p in (0.001, 0.025, 0.3, 0.5, 0.975)]
    np.testing.assert_allclose(result["quantiles"], exact, atol=1e-9)
    assert result["prior"] == pytest.approx(-2.5 - np.log(2 * np.pi))
    one = -1 - np.log(2 * np.pi)
    two = -0.5 * (np.e + 0 + 0) - np.log(2 * np.pi)  # (1 - 2)² e¹, and the log variances cancel
    assert result["aggregate"] == pytest.approx(np.logaddexp(one, two) - np.log(2), abs=1e-6)
    assert result["near"] == [1, 0]
