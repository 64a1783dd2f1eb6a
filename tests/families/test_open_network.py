"""A checkpoint's network is the one that its codec exports, whatever the kind of model."""

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
from vaeviz.families import open_network
from vaeviz.measures.codecs import network
from vaeviz.measures.codecs.torch_codec import DedicatedCodec, MultiRateCodec
from vaeviz.models import linear, vae
from vaeviz.models.multi_rate import MultiRateVAE
from vaeviz.records import Curve

X = data.load("digits").held_out[:20].copy()


def no_curve(d: int) -> Curve:
    raise LookupError


def dedicated(**given: object) -> Loaded:
    settings = RunSettings(**{"widths": (9,), "latent": 3, **given})  # type: ignore[arg-type]
    model = vae.build(settings, (8, 8)).eval().requires_grad_(False)
    return Loaded(
        model, Manifest("mine", "vae", settings.to_json(), "digits", "0" * 16, 0, 1200, {})
    )


@pytest.mark.parametrize("name", ["digits", "digits-bernoulli", "digits-categorical"])
def test_a_multi_rate_model_at_one_setting(name: str) -> None:
    loaded = checkpoints.load(SHIPPED / name)
    assert isinstance(loaded.model, MultiRateVAE)
    codec = MultiRateCodec(loaded.model, loaded.manifest.settings["likelihood"], no_curve, name)
    opened = open_network(loaded, 0.2, 5)
    mu, logvar = network.encode(opened, X)
    np.testing.assert_allclose(mu, codec.encode(X, 0.2, 5)[0], atol=1e-4)
    np.testing.assert_allclose(logvar, codec.encode(X, 0.2, 5)[1], atol=1e-4)
    np.testing.assert_allclose(network.decode(opened, mu), codec.decode(mu, 0.2, 5), atol=1e-4)
    assert opened.source == f"multi-rate model {name}, τ = 0.2, d = 5"


@pytest.mark.parametrize(
    "likelihood", ["gaussian", "gaussian-learned", "gaussian-per-pixel", "bernoulli", "categorical"]
)
def test_a_dedicated_model_as_it_is(likelihood: str) -> None:
    loaded = dedicated(likelihood=likelihood)
    assert isinstance(loaded.model, vae.VAE)
    codec = DedicatedCodec(loaded.model, likelihood, 0.1, "")
    opened = open_network(loaded)
    np.testing.assert_allclose(network.encode(opened, X)[0], codec.encode(X, 0.1, 3)[0], atol=1e-5)
    z = np.eye(3, dtype=np.float32)
    np.testing.assert_allclose(network.decode(opened, z), codec.decode(z, 0.1, 3), atol=1e-5)
    assert opened.source == "dedicated model mine, step 1,200"


def test_an_autoencoder_is_called_one() -> None:
    opened = open_network(dedicated(variational=False))
    assert opened.source == "plain autoencoder mine, step 1,200"
    assert (network.encode(opened, X)[1] == -20.0).all()


@pytest.mark.parametrize("at", [(), (0.1,), (None, 3)])
def test_a_multi_rate_model_has_to_be_told_where(at: tuple[float, ...]) -> None:
    with pytest.raises(UserError, match="every τ and d"):
        open_network(checkpoints.load(SHIPPED / "digits"), *at)  # type: ignore[arg-type]


def test_other_kinds_are_one_line() -> None:
    about = Manifest("line", "linear", RunSettings().to_json(), "digits", "0" * 16, 0, 1, {})
    model: nn.Module = linear.build(RunSettings(), torch.zeros(64))
    with pytest.raises(UserError, match="line is a linear model") as caught:
        open_network(Loaded(model, about))
    assert "\n" not in str(caught.value)


def test_a_decoder_that_sees_pixels_has_no_network_of_z() -> None:
    for variational in (True, False):
        loaded = dedicated(decoder="masked", variational=variational)
        masked = Loaded(loaded.model, replace(loaded.manifest, kind="masked"))
        with pytest.raises(UserError, match="mine is a masked model"):
            open_network(masked)


def test_it_is_open_from_a_saved_file(tmp_path: Path) -> None:
    loaded = dedicated()
    checkpoints.save(loaded.model, tmp_path, loaded.manifest)
    again = open_network(checkpoints.load(tmp_path / "mine"))
    np.testing.assert_array_equal(
        network.encode(again, X)[0], network.encode(open_network(loaded), X)[0]
    )
