"""A checkpoint opens as a codec that holds its model and says which it is, and exports its network;
what has none is one line.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from vaeviz import checkpoints, data
from vaeviz.checkpoints import SHIPPED, Loaded, Manifest
from vaeviz.config import RunSettings, UserError
from vaeviz.families import open_codec
from vaeviz.measures.codecs import network
from vaeviz.measures.codecs.export import export_network
from vaeviz.measures.codecs.torch_codec import DedicatedCodec, MultiRateCodec
from vaeviz.models import linear, vae
from vaeviz.models.multi_rate import MultiRateVAE
from vaeviz.records import Curve, Network

X = data.load("digits").held_out[:20].copy()


def no_curve(d: int) -> Curve:
    raise LookupError


def dedicated(**given: object) -> Loaded:
    settings = RunSettings(**{"widths": (9,), "latent": 3, **given})  # type: ignore[arg-type]
    model = vae.build(settings, (8, 8)).eval().requires_grad_(False)
    return Loaded(
        model, Manifest("mine", "vae", settings.to_json(), "digits", "0" * 16, 0, 1200, {})
    )


def opened_at(loaded: Loaded, tau: float = 1.0, d: int = 3) -> Network:
    return export_network(open_codec(loaded, tau), tau, d, data.describe("digits"))


@pytest.mark.parametrize("name", ["digits", "digits-bernoulli", "digits-categorical"])
def test_a_multi_rate_model_at_one_setting(name: str) -> None:
    loaded = checkpoints.load(SHIPPED / name)
    assert isinstance(loaded.model, MultiRateVAE)
    codec = MultiRateCodec(loaded.model, loaded.manifest.settings["likelihood"], no_curve, name)
    opened = opened_at(loaded, 0.2, 5)
    mu, logvar = network.encode(opened, X)
    np.testing.assert_allclose(mu, codec.encode(X, 0.2, 5)[0], atol=1e-4)
    np.testing.assert_allclose(logvar, codec.encode(X, 0.2, 5)[1], atol=1e-4)
    np.testing.assert_allclose(network.decode(opened, mu), codec.decode(mu, 0.2, 5), atol=1e-4)
    assert opened.source == f"multi-rate model {name}, τ = 0.2, d = 5"


@pytest.mark.parametrize("name", ["digits", "digits-bernoulli", "digits-categorical"])
def test_a_multi_rate_codec_says_which_it_is_and_knows_no_curve(name: str) -> None:
    loaded = checkpoints.load(SHIPPED / name)
    codec = open_codec(loaded)
    assert isinstance(codec, MultiRateCodec)
    assert (codec.model, codec.source) == (loaded.model, f"multi-rate model {name}")
    assert codec.likelihood == loaded.manifest.settings["likelihood"]
    with pytest.raises(LookupError):
        codec.curve(3)


LIKELIHOODS = ["gaussian", "gaussian-learned", "gaussian-per-pixel", "bernoulli", "categorical"]


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_a_dedicated_model_as_it_is(likelihood: str) -> None:
    loaded = dedicated(likelihood=likelihood)
    assert isinstance(loaded.model, vae.VAE)
    codec = DedicatedCodec(loaded.model, likelihood, 0.1, "")
    opened = opened_at(loaded)
    np.testing.assert_allclose(network.encode(opened, X)[0], codec.encode(X, 0.1, 3)[0], atol=1e-5)
    z = np.eye(3, dtype=np.float32)
    np.testing.assert_allclose(network.decode(opened, z), codec.decode(z, 0.1, 3), atol=1e-5)
    assert opened.source == "dedicated model mine, step 1,200"


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_a_dedicated_codec_says_which_it_is(likelihood: str) -> None:
    loaded = dedicated(likelihood=likelihood)
    codec = open_codec(loaded, 0.3)
    assert isinstance(codec, DedicatedCodec)
    assert (codec.model, codec.source) == (loaded.model, "dedicated model mine, step 1,200")
    assert (codec.likelihood, codec.tau_range) == (likelihood, (0.3, 0.3))


def test_an_autoencoder_is_called_one() -> None:
    loaded = dedicated(variational=False)
    opened = opened_at(loaded)
    assert opened.source == open_codec(loaded).source == "plain autoencoder mine, step 1,200"
    assert (network.encode(opened, X)[1] == -20.0).all()


def test_other_kinds_are_one_line() -> None:
    about = Manifest("line", "linear", RunSettings().to_json(), "digits", "0" * 16, 0, 1, {})
    model: nn.Module = linear.build(RunSettings(), torch.zeros(64))
    with pytest.raises(UserError, match="line is a linear model") as caught:
        open_codec(Loaded(model, about))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", ["masked", "vae"])  # older manifests name both so
@pytest.mark.parametrize("variational", [True, False])
def test_a_masked_decoder_does_not_decode_a_code_alone(kind: str, variational: bool) -> None:
    loaded = dedicated(decoder="masked", variational=variational)
    masked = Loaded(loaded.model, replace(loaded.manifest, kind=kind))
    with pytest.raises(UserError, match=f"mine is a {kind} model: open a multi-rate or a"):
        open_codec(masked)


def test_it_is_open_from_a_saved_file(tmp_path: Path) -> None:
    loaded = dedicated()
    checkpoints.save(loaded.model, tmp_path, loaded.manifest)
    again = opened_at(checkpoints.load(tmp_path / "mine"))
    np.testing.assert_array_equal(
        network.encode(again, X)[0], network.encode(opened_at(loaded), X)[0]
    )
