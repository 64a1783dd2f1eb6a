"""Exported networks in NumPy equal torch's within 1e-5; dead dimensions do nothing."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from vaeviz import checkpoints, data
from vaeviz.checkpoints import SHIPPED
from vaeviz.config import RunSettings
from vaeviz.live.message import pack, unpack
from vaeviz.measures.codecs import network
from vaeviz.measures.codecs.codec import LinearCodec
from vaeviz.measures.codecs.export import export_network
from vaeviz.measures.codecs.torch_codec import DedicatedCodec, MultiRateCodec
from vaeviz.models import multi_rate, vae
from vaeviz.models.multi_rate import MultiRateVAE
from vaeviz.records import Curve, Network
from vaeviz.theory import linear_vae

NAMES = [entry.name for entry in checkpoints.catalogue(SHIPPED)]
RNG = np.random.default_rng(0)
Z = RNG.standard_normal((20, 16), dtype=np.float32)


def no_curve(d: int) -> Curve:
    raise LookupError


@lru_cache
def shipped(name: str) -> tuple[Any, data.Source]:
    """The codec of a shipped model, whatever its kind, and its data set's description."""
    model, about = checkpoints.load(name, (SHIPPED,))
    likelihood = about.settings["likelihood"]
    if isinstance(model, MultiRateVAE):
        return MultiRateCodec(model, likelihood, no_curve, name), data.describe(about.data)
    assert isinstance(model, vae.VAE)
    return DedicatedCodec(model, likelihood, 0.1, name), data.describe(about.data)


def examples(about: data.Source, count: int = 20) -> np.ndarray:
    """Data where they come with the program, else numbers of the same range."""
    if about.name in ("digits", "three-gaussians"):
        return data.load(about.name).held_out[:count].copy()
    low, high = about.value_range
    return RNG.uniform(low, high, (count, about.dim)).astype(np.float32)


def agree(codec: Any, about: data.Source, tau: float, d: int, tolerance: float = 1e-5) -> Network:
    exported = export_network(codec, tau, d, about)
    x, z = examples(about), Z[:, : exported.latent].copy()
    mu, logvar = codec.encode(x, tau, d)
    ours = network.encode(exported, x)
    scale = max(1.0, float(np.abs(mu).max()), float(np.abs(logvar).max()))
    np.testing.assert_allclose(ours[0], mu, atol=tolerance * scale)
    np.testing.assert_allclose(ours[1], logvar, atol=tolerance * scale)
    np.testing.assert_allclose(network.decode(exported, z), codec.decode(z, tau, d), atol=tolerance)
    assert (exported.shape, exported.latent) == (about.shape, mu.shape[1])
    assert (exported.low, exported.high) == about.value_range
    return exported


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_model_runs_the_same_in_numpy(name: str) -> None:
    codec, about = shipped(name)
    for tau, d in ((0.001, codec.latent), (0.05, 1), (0.7, codec.latent), (10.0, 2)):
        agree(codec, about, tau, d)


@pytest.mark.parametrize(
    "likelihood", ["gaussian", "gaussian-learned", "gaussian-per-pixel", "bernoulli", "categorical"]
)
@pytest.mark.parametrize("architecture", ["mlp", "conv"])
@pytest.mark.parametrize("decoder", ["mirror", "linear"])
def test_every_dedicated_model_is_the_same(
    likelihood: Any, architecture: Any, decoder: Any
) -> None:
    settings = RunSettings(
        likelihood=likelihood,
        architecture=architecture,
        decoder=decoder,
        widths=(6, 10),
        latent=3,
        levels=5,
    )
    about = dataclasses.replace(data.describe("digits"), name="oblong", shape=(16, 8))
    codec = DedicatedCodec(
        vae.build(settings, about.shape), likelihood, 0.2, "dedicated model, step 10"
    )
    exported = agree(codec, about, 0.2, 3)
    assert exported.source == "dedicated model, step 10"
    assert exported.levels == (5 if likelihood == "categorical" else 1)
    assert exported.decoder[-1].kind == (
        "deconv" if architecture == "conv" and decoder == "mirror" else "linear"
    )


@pytest.mark.parametrize("widths", [(), (7,), (7, 5, 6)])
def test_any_number_of_hidden_layers(widths: tuple[int, ...]) -> None:
    about = data.describe("three-gaussians")
    settings = RunSettings(widths=widths, latent=2)
    agree(DedicatedCodec(vae.build(settings, (2,)), "gaussian", 0.2, "toy"), about, 0.2, 2)


@pytest.mark.parametrize("levels", [1, 5])
def test_a_multi_rate_model_far_from_its_start(levels: int) -> None:
    """Weights that differ from knot to knot and shifts that are not small: nothing hides behind a
    zero.
    """
    torch.manual_seed(1)
    model = MultiRateVAE(64, (12, 9), 6, levels)
    for p in model.parameters():
        torch.nn.init.normal_(p, std=0.3)
    codec = MultiRateCodec(model, "gaussian" if levels == 1 else "categorical", no_curve, "toy")
    for tau, d in ((0.01, 6), (0.3, 4), (0.3, 1), (1.5, 6)):
        agree(codec, data.describe("digits"), tau, d, 2e-5)


def test_the_encoder_clips_as_the_model_does() -> None:
    model = vae.build(RunSettings(widths=(4,), latent=2), (64,))
    with torch.no_grad():
        model.encoder[-1].bias.copy_(torch.tensor([0.0, 0.0, 300.0, -300.0]))  # type: ignore[index]
    exported = agree(DedicatedCodec(model, "gaussian", 0.2, "toy"), data.describe("digits"), 0.2, 2)
    assert set(np.unique(network.encode(exported, Z @ np.ones((16, 64), np.float32))[1])) == {
        -20.0,
        10.0,
    }


@pytest.mark.parametrize("tau", [0.001, 0.3])
def test_the_closed_form_is_a_network_too(tau: float) -> None:
    digits = data.load("digits")
    agree(LinearCodec(linear_vae.spectrum(digits.train), 8), digits.about, tau, 6, 1e-4)


def test_dimensions_beyond_d_are_no_inputs() -> None:
    codec, about = shipped("digits")
    z = Z[:, :16].copy()
    few = export_network(codec, 0.001, 3, about)
    assert few.decoder[0].weight.shape[1] == 3
    padded = np.concatenate([z[:, :3], np.zeros((20, 13), np.float32)], 1)
    np.testing.assert_allclose(
        network.decode(few, z[:, :3]), codec.decode(padded, 0.001, 3), atol=1e-5
    )


def test_a_live_dimension_does_change_the_picture() -> None:
    codec, about = shipped("digits")
    exported = export_network(codec, 0.01, 16, about)
    moved = np.zeros((2, 16), np.float32)
    moved[1, 0] = 2
    first, second = network.decode(exported, moved)
    assert np.abs(first - second).max() > 0.2


def test_exporting_leaves_the_model_as_it_was() -> None:
    codec, about = shipped("digits")
    before = {key: value.clone() for key, value in codec.model.state_dict().items()}
    network.decode(export_network(codec, 0.1, 5, about), Z[:, :5])
    assert all(torch.equal(value, before[key]) for key, value in codec.model.state_dict().items())


def test_the_message_holds_every_array_whole() -> None:
    settings = RunSettings(architecture="conv", widths=(4, 6), latent=3)
    codec = DedicatedCodec(vae.build(settings, (8, 8)), "gaussian", 0.2, "toy")
    for exported in (
        export_network(codec, 0.2, 3, data.describe("digits")),
        export_network(*shipped("digits")[:1], 0.1, 4, shipped("digits")[1]),
    ):
        sent = unpack(pack({}, network=network.header(exported)))["network"]
        for layers, described in (
            (exported.encoder, sent["encoder"]),
            (exported.decoder, sent["decoder"]),
        ):
            for layer, there in zip(layers, described, strict=True):
                np.testing.assert_array_equal(there["weight"], layer.weight)
                assert (there["kind"], there["relu"]) == (layer.kind, layer.relu)
                assert there["shape"] == list(layer.out_shape)
        assert (sent["latent"], sent["output"], sent["levels"]) == (exported.latent, "gaussian", 1)


def test_something_without_a_network_is_refused() -> None:
    codec: Any = object()
    with pytest.raises(TypeError, match="object has no network"):
        export_network(codec, 0.1, 2, data.describe("digits"))


def test_the_closed_form_is_exported_without_torch() -> None:
    code = """
import sys
from vaeviz import data
from vaeviz.measures.codecs.codec import LinearCodec
from vaeviz.measures.codecs.export import export_network
from vaeviz.theory import linear_vae
digits = data.load("digits")
export_network(LinearCodec(linear_vae.spectrum(digits.train), 8), 0.1, 2, digits.about)
print("torch" in sys.modules)
"""
    root = Path(multi_rate.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False"]
