"""The figure of holes against brute force: distances, shares and the pads' own codes."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from tests.chapters.latent.spaces import codec
from vaeviz import data
from vaeviz.chapters.latent import holes
from vaeviz.chapters.latent.holes import NEAR, pair
from vaeviz.live.message import pack
from vaeviz.measures.codecs.codec import LinearCodec
from vaeviz.measures.latent.holes import fitted_samples, near_distance, prior_samples
from vaeviz.records import Array
from vaeviz.serve import models
from vaeviz.serve.kept import dedicated
from vaeviz.theory import linear_vae

DIGITS = data.load("digits")
TRAIN = DIGITS.train[:300]


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The digits' closed form twice, on a coarse grid."""
    for name, value in (("SAMPLES", 200), ("SIDE", 9), ("MOST", len(TRAIN))):
        monkeypatch.setattr(holes, name, value)
    return holes.holes(DIGITS, (codec(), codec()))


def distance(z: Array) -> Array:
    """To the nearest example, by looking at each: (N, 2) -> (N,)."""
    x = codec().decode(z, codec().tau_range[0], 2)
    return np.sqrt(((x[:, None] - TRAIN) ** 2).sum(-1)).min(1)


def test_distances_are_to_the_nearest_example_with_the_lowest_row_first(
    found: dict[str, Any],
) -> None:
    grid = found["pads"][0]["grid"]
    assert grid["x"] == grid["y"] == [-4, 4]
    side = np.linspace(-4, 4, 9)
    codes = np.array([[u, v] for v in side for u in side], np.float32)
    np.testing.assert_allclose(grid["z"].ravel(), distance(codes), rtol=1e-4)
    assert grid["threshold"] == near_distance(DIGITS.held_out, TRAIN, NEAR)
    assert grid["far"] == pytest.approx(
        max(np.quantile([grid["z"]] * 2, 0.98), 1.05 * grid["threshold"])
    )
    assert grid["far"] < grid["z"].max()


def test_full_colour_begins_beyond_what_is_near(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("SAMPLES", 10), ("SIDE", 3), ("MOST", len(TRAIN))):
        monkeypatch.setattr(holes, name, value)
    monkeypatch.setattr(holes, "near_distance", lambda held_out, train, share=0.95: 1000.0)
    found = holes.holes(DIGITS, (codec(), codec()))
    assert [pad["grid"]["far"] for pad in found["pads"]] == [1050.0, 1050.0]


def test_each_model_has_its_own_map_share_and_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("SAMPLES", 100), ("SIDE", 5), ("MOST", len(TRAIN))):
        monkeypatch.setattr(holes, name, value)
    two = codec(), LinearCodec(linear_vae.spectrum(DIGITS.train[:60]), 8)
    both = holes.holes(DIGITS, two)["pads"]
    for pad, one in zip(both, two, strict=True):
        alone = holes.holes(DIGITS, (one, one))["pads"][0]
        np.testing.assert_array_equal(pad["grid"]["z"], alone["grid"]["z"])
        np.testing.assert_array_equal(pad["mu"], alone["mu"])
        assert pad["share"] == alone["share"]
    assert np.abs(both[0]["grid"]["z"] - both[1]["grid"]["z"]).max() > 0.01
    assert both[0]["share"] != both[1]["share"]


def test_the_share_is_counted_and_its_error_binomial(found: dict[str, Any]) -> None:
    near = distance(prior_samples(200, 2, 0)) <= found["pads"][0]["grid"]["threshold"]
    p = (near.sum() + 1) / 202
    said = f"{100 * near.mean():.1f} % ± {100 * np.sqrt(p * (1 - p) / 200):.1f} %"
    assert [pad["share"] for pad in found["pads"]] == [said, said]
    assert f"autoencoder {said}, VAE {said}" in found["text"]
    assert "200 draws each" in found["text"]


def test_other_draws_and_the_first_distance_are_measured_too(found: dict[str, Any]) -> None:
    mu, _ = codec().encode(DIGITS.train, codec().tau_range[0], 2)
    limit = found["pads"][0]["grid"]["threshold"]
    fitted = 100 * (distance(fitted_samples(mu, 200, 0)) <= limit).mean()
    assert f"codes: {fitted:.1f} % ±" in found["text"]
    first = near_distance(DIGITS.held_out, TRAIN)
    before = 100 * (distance(prior_samples(200, 2, 0)) <= first).mean()
    assert f"{first:.2f}, which holds 95 %" in found["text"]
    assert f"VAE {before:.1f} %." in found["text"]


def test_noise_is_rougher_than_data_and_a_ramp_steps_evenly() -> None:
    ramp = np.add.outer(3.0 * np.arange(4), 3.0 * np.arange(5)).reshape(1, 20)
    assert holes.step(ramp, (4, 5)) == pytest.approx(3)
    noise = np.random.default_rng(0).normal(size=(4000, 64)) * DIGITS.train.std(0)
    assert holes.step(noise, (8, 8)) > 1.05 * holes.step(DIGITS.train, (8, 8))


def test_what_the_scene_says_of_the_shipped_pair_is_measured(probe: Any) -> None:
    p = probe("mnist-5k")
    known = {own.entry.name: own for own in dedicated("mnist-5k")}
    plain, variational = (models.dedicated(known[name], p, 60) for name in pair("mnist-5k"))
    assert plain
    assert variational
    text = holes.holes(p.data, (plain, variational))["text"]
    numbers = [float(n) for n in re.findall(r"\d+\.\d+", text)]
    (ae, ae_error, vae, vae_error, fitted, fitted_error, rough, rougher), after = (
        numbers[:8],
        numbers[-2:],
    )
    assert ae + 3 * ae_error < vae - 3 * vae_error
    assert fitted - 3 * fitted_error > vae + 3 * vae_error > 50
    assert max(rough, rougher) < 0.6  # no noise
    assert min(after) > 99.5  # by the first distance nothing is far


def test_the_pads_show_held_out_codes_by_class(found: dict[str, Any]) -> None:
    mu, _ = codec().encode(DIGITS.held_out, codec().tau_range[0], 2)
    assert [pad["name"] for pad in found["pads"]] == ["autoencoder", "VAE"]
    for pad in found["pads"]:
        np.testing.assert_allclose(pad["mu"], mu, atol=1e-4)
        np.testing.assert_array_equal(pad["labels"], DIGITS.held_out_labels)
        first, end = pad["compared"]  # of a space's examples, held-out ones first
        assert (first, end - first) == (len(DIGITS.held_out), len(TRAIN))
    assert pack({}, holes=found)


def test_a_pair_has_the_data_sets_name() -> None:
    assert pair("mnist-5k") == ("mnist-5k-ae-2d", "mnist-5k-vae-2d")
