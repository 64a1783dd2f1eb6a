"""A latent space is the model's: codes, KL and means against the codec, the closed form and plain
NumPy.
"""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.chapters.latent.spaces import TAU, autoencoder, codec, digits, drawn
from vaeviz import data
from vaeviz.chapters.latent import space as latent_space
from vaeviz.chapters.latent.space import Space, model, space
from vaeviz.config import RunSettings
from vaeviz.data import Dataset
from vaeviz.live.message import pack, unpack
from vaeviz.measures.codecs.network import decode
from vaeviz.measures.codecs.torch_codec import DedicatedCodec
from vaeviz.models import vae
from vaeviz.records import Array

LIVE = Path(__file__).parents[3] / "vaeviz" / "live"
DIGITS = data.load("digits")


def whole(dataset: Dataset) -> Array:
    return np.concatenate([dataset.held_out, dataset.train])


def small(seed: int = 0) -> DedicatedCodec:
    """A VAE of the digits as it is before training."""
    torch.manual_seed(seed)
    return DedicatedCodec(
        vae.build(RunSettings(widths=(16,), latent=3), (8, 8)), "gaussian", TAU, "untrained"
    )


# codes
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["digits", "moons"])
@pytest.mark.parametrize("tau", [0.001, 0.1, 3.0])
@pytest.mark.parametrize("d", [1, 2])
def test_codes_are_the_codecs(name: str, tau: float, d: int) -> None:
    dataset = data.load(name)
    found = space(dataset, codec(name), tau, d, "key")
    mu, logvar = codec(name).encode(whole(dataset), tau, d)
    np.testing.assert_allclose(found.mu, mu, atol=1e-5)
    np.testing.assert_allclose(found.logvar, logvar, atol=1e-5)
    assert found.mu.shape == (dataset.about.size, d)


def test_codes_of_a_trained_network_are_its_own() -> None:
    own = small()
    found = space(DIGITS, own, 9.0, 1, "key")
    mu, logvar = own.encode(whole(DIGITS), TAU, 3)
    np.testing.assert_allclose(found.mu, mu, atol=1e-5)
    np.testing.assert_allclose(found.logvar, logvar, atol=1e-5)
    np.testing.assert_allclose(decode(found.network, found.mu), own.decode(mu, TAU, 3), atol=1e-5)


def test_held_out_examples_come_first_with_their_own_labels() -> None:
    found = digits()
    assert found.held_out == len(DIGITS.held_out) == 359
    np.testing.assert_array_equal(found.x[:359], DIGITS.held_out)
    np.testing.assert_array_equal(found.x[359:], DIGITS.train)
    np.testing.assert_array_equal(found.labels[:359], DIGITS.held_out_labels)
    np.testing.assert_array_equal(found.labels[359:], DIGITS.train_labels)
    assert found.source.endswith("1,797 examples, 359 of them held out")


@pytest.mark.parametrize(("most", "held_out"), [(100, 100), (400, 359), (1797, 359)])
def test_no_more_examples_than_the_map_takes(
    most: int, held_out: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_of_them = digits(2).mu
    monkeypatch.setattr(latent_space, "MOST", most)
    found = space(DIGITS, codec(), TAU, 2, "key")
    assert len(found.x) == len(found.labels) == len(found.mu) == most
    assert found.logvar is not None
    assert (len(found.logvar), found.held_out) == (most, held_out)
    assert (
        found.x.base is None or len(found.x.base) == most
    )  # no view of far more, kept alive by it
    np.testing.assert_allclose(found.mu, all_of_them[:most], atol=1e-5)


def test_spaces_of_one_data_set_share_its_examples() -> None:
    """Ten thousand examples of 64 × 64 are 164 MB, and a server keeps a dozen spaces."""
    digits.cache_clear()  # spaces made now, one after the other
    assert np.shares_memory(digits(2).x, digits(3).x)
    assert not np.shares_memory(digits(2, "moons").x, digits(2).x)


# rates
# ------------------------------------------------------------------------------------------------


def test_kl_is_the_mean_of_the_textbooks_over_the_held_out_examples() -> None:
    mu, logvar = (values.astype(np.float64) for values in codec().encode(DIGITS.held_out, TAU, 3))
    exact = 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).mean(0)
    np.testing.assert_allclose(digits().kl, exact, rtol=1e-5)


@pytest.mark.parametrize(("tau", "d"), [(0.01, 2), (0.1, 8), (1.0, 8)])
def test_kl_of_the_training_examples_is_the_closed_form(tau: float, d: int) -> None:
    """½ log(λ/τ), and 0 for what has collapsed; exact on the examples that λ comes from."""
    twice = dataclasses.replace(DIGITS, held_out=DIGITS.train, held_out_labels=DIGITS.train_labels)
    exact = codec().kl(tau, d)
    np.testing.assert_allclose(space(twice, codec(), tau, d, "key").kl, exact, atol=2e-5)
    assert (exact == 0).any() == (tau == 1.0)


def test_an_autoencoder_has_variances_for_rates_and_no_posterior() -> None:
    found = autoencoder()
    assert found.logvar is None
    assert not found.variational
    assert digits().variational
    np.testing.assert_allclose(found.mu, digits().mu)
    np.testing.assert_allclose(found.kl, found.mu.astype(np.float64).var(0), rtol=1e-5)


# the message
# ------------------------------------------------------------------------------------------------


def sent(s: Space) -> dict[str, Any]:
    """The model as it arrives: its arrays read back."""
    return unpack(pack({}, model=model(s)))["model"]


@pytest.mark.parametrize("s", [digits(), autoencoder(), digits(2, "moons")], ids=lambda s: s.key)
def test_every_part_of_the_model_is_in_the_contract(s: Space) -> None:
    (module,) = [path for path in LIVE.rglob("latent.js") if "class_errors" in path.read_text()]
    head = module.read_text(encoding="utf-8").split("import ", 1)[0]
    assert all(name in head for name in model(s))
    assert set(model(s)) - {"images", "x"} == {
        "key",
        "title",
        "source",
        "network",
        "mu",
        "logvar",
        "labels",
        "kl",
        "dead",
        "class_names",
        "class_means",
        "class_errors",
        "variational",
    }


def test_what_arrives_is_what_was_measured() -> None:
    s, got = digits(), sent(digits())
    assert (got["key"], got["source"], got["variational"], got["dead"]) == (
        s.key,
        s.source,
        True,
        0.1,
    )
    assert got["class_names"] == list(DIGITS.about.class_names)
    for name, values in (("mu", s.mu), ("logvar", s.logvar), ("labels", s.labels), ("kl", s.kl)):
        np.testing.assert_allclose(got[name], values, rtol=1e-6)
        assert got[name].dtype == (np.int32 if name == "labels" else np.float32)
    np.testing.assert_array_equal(
        got["network"]["decoder"][0]["weight"], s.network.decoder[0].weight
    )
    assert got["network"]["latent"] == 3


def test_of_an_autoencoder_no_posterior_arrives() -> None:
    got = sent(autoencoder())
    assert got["variational"] is False
    assert got["dead"] == 0.0
    assert not got["logvar"].any()
    np.testing.assert_allclose(got["kl"], got["mu"].astype(np.float64).var(0), rtol=1e-5)


def test_class_means_and_their_errors_are_numpys() -> None:
    s, got = digits(), sent(digits())
    for k in range(10):
        codes = s.mu[s.labels == k].astype(np.float64)
        np.testing.assert_allclose(got["class_means"][k], codes.mean(0), atol=1e-6)
        np.testing.assert_allclose(
            got["class_errors"][k], codes.std(0, ddof=1) / np.sqrt(len(codes)), atol=1e-6
        )


def test_classes_that_are_missing_keep_the_places_of_the_others() -> None:
    s = drawn(np.arange(8).reshape(4, 2), -1.0)
    first, *_, other = labels = s.labels.tolist()
    assert len(set(labels)) == 2
    got = sent(s)
    assert got["class_means"].shape == got["class_errors"].shape == (10, 2)
    np.testing.assert_array_equal(got["class_means"][first], s.mu[s.labels == first].mean(0))
    np.testing.assert_array_equal(got["class_means"][other], s.mu[s.labels == other].mean(0))
    assert not np.delete(got["class_means"], [first, other], 0).any()
    assert np.isfinite(got["class_errors"]).all()


def test_pictures_are_the_examples_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latent_space, "PICTURED", 40)
    monkeypatch.setattr(latent_space, "PICTURES", 50 * 64 + 63)
    got = sent(digits())
    assert got["images"].shape == (50, 8, 8)
    assert got["images"].dtype == np.uint8
    np.testing.assert_allclose(
        got["images"].reshape(50, 64) / 255, DIGITS.held_out[:50], atol=0.5 / 255 + 1e-6
    )
    assert "x" not in got


@pytest.mark.parametrize("name", ["digits", "mnist-5k"])
def test_all_examples_have_a_picture_so_that_the_nearest_are_of_all(name: str) -> None:
    about = data.describe(name)
    assert about.size <= latent_space.PICTURES // math.prod(about.shape)


@pytest.mark.parametrize("bounds", [(-1.0, 1.0), (0.25, 0.5)])
def test_pictures_span_the_data_sets_own_range(bounds: tuple[float, float]) -> None:
    about = dataclasses.replace(DIGITS.about, value_range=bounds)
    got = model(dataclasses.replace(digits(), about=about))["images"].reshape(-1, 64)[:20]
    level = (DIGITS.held_out[:20] - bounds[0]) / (bounds[1] - bounds[0])
    np.testing.assert_allclose(got / 255, level.clip(0, 1), atol=0.5 / 255 + 1e-6)


def test_points_of_the_plane_arrive_as_they_are() -> None:
    got = sent(digits(2, "moons"))
    np.testing.assert_array_equal(got["x"], whole(data.load("moons")))
    assert "images" not in got
    assert got["title"] == f"{data.describe('moons').title}."
