"""The shipped models in the repository: whole, small, and as good as stated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vaeviz import checkpoints, data, families
from vaeviz.checkpoints import SHIPPED
from vaeviz.checkpoints.shipped_recipes import RECIPES
from vaeviz.commands import checkpoints as command
from vaeviz.measures import curves
from vaeviz.measures.codecs.torch_codec import MultiRateCodec
from vaeviz.measures.observe import kl_per_dimension, observe, probe_set
from vaeviz.models.multi_rate import MultiRateVAE
from vaeviz.models.vae import VAE
from vaeviz.records import Curve
from vaeviz.training.evaluate import evaluate
from vaeviz.training.results import numbers

TAUS = np.geomspace(1e-3, 10, 40)
GAUSSIAN = ("digits", "mnist-5k", "sprites", "three-gaussians", "moons", "rings")
FOLDS = {("sprites", 1), ("sprites", 2)}  # where some points cross the map between two τ


def codec(name: str) -> tuple[MultiRateCodec, data.Dataset]:
    loaded = checkpoints.load(name, (SHIPPED,))
    assert isinstance(loaded.model, MultiRateVAE)
    kept = curves.load(curves.path_of(SHIPPED / name), loaded.manifest.sha256)

    def curve(d: int) -> Curve:
        return kept[d - 1]

    likelihood = loaded.manifest.settings["likelihood"]
    return MultiRateCodec(loaded.model, likelihood, curve, name), data.load(loaded.manifest.data)


def test_every_recipe_is_shipped_and_nothing_else() -> None:
    entries = checkpoints.catalogue(SHIPPED, deep=True)
    assert sorted(entry.name for entry in entries) == sorted(command.SHIPPED)
    assert [entry.error for entry in entries if not entry.usable] == []


@pytest.mark.parametrize("name", command.SHIPPED)
def test_each_is_small_and_of_today_s_data(name: str) -> None:
    assert (SHIPPED / f"{name}.safetensors").stat().st_size <= 5 * 1024 * 1024
    manifest = checkpoints.load(name, (SHIPPED,)).manifest
    assert manifest.digest == data.load(manifest.data).digest


@pytest.mark.parametrize("name", GAUSSIAN)
def test_kl_falls_with_tau_over_forty_points(name: str) -> None:
    model, dataset = codec(name)
    x, _ = probe_set(dataset.held_out)
    total = np.array([kl_per_dimension(*model.encode(x, tau, model.latent)).sum() for tau in TAUS])
    assert (np.diff(total) <= 1e-3).all()
    assert (np.diff(total)[total[1:] > 0.05] < 0).all()
    assert total[0] > 4


@pytest.mark.parametrize("name", GAUSSIAN)
def test_points_of_the_map_glide(name: str) -> None:
    """Over 400 steps of log τ, at every d, no mean moves by more than a quarter of the prior's
    deviation between neighbours, but in a dimension that dies there: of less than 0.1 nats.
    """
    model, dataset = codec(name)
    x, taus = dataset.held_out[:100].copy(), np.geomspace(1e-3, 10, 401)
    for d in range(1, model.latent + 1):
        codes = [model.encode(x, float(tau), d) for tau in taus]
        jumps = np.abs(np.diff([mu for mu, _ in codes], axis=0)).max(1)  # (400, d)
        alive = np.array([kl_per_dimension(*code) for code in codes])[:-1] > 0.1
        assert jumps[alive].max() < (1.0 if (name, d) in FOLDS else 0.25)


@pytest.mark.parametrize("name", ["digits", "three-gaussians"])
def test_beyond_the_largest_variance_nothing_is_left(name: str) -> None:
    """Both sets have λ_1 < 3; mnist-5k has 5.2, and its first dimension still carries
    information.
    """
    model, dataset = codec(name)
    for tau in (3.0, 5.0, 10.0):
        for d in range(1, model.latent + 1):
            assert kl_per_dimension(*model.encode(dataset.held_out.copy(), tau, d)).sum() < 0.01


@pytest.mark.parametrize("name", families.MULTI_RATE.recipes)
def test_the_kept_curves_are_what_the_model_does(name: str) -> None:
    model, dataset = codec(name)
    x, noise = probe_set(dataset.held_out)
    for d in (1, model.latent):
        curve = model.curve(d)
        for k in (0, 40, 80):
            seen = observe(model, x, float(curve.taus[k]), d, noise)
            assert seen.rate == pytest.approx(curve.rates[k], rel=1e-3, abs=1e-4)
            assert seen.loss == pytest.approx(curve.losses[k], rel=1e-3)


def test_more_dimensions_are_no_worse_on_digits() -> None:
    """½‖x − x̂‖² + τR at small τ falls from d = 1 to 8: the mask works, and the order is of use."""
    model, dataset = codec("digits")
    x, noise = probe_set(dataset.held_out)
    losses = []
    for d in (1, 2, 4, 8):
        seen = observe(model, x, 0.003, d, noise)
        losses.append(0.5 * seen.loss + 0.003 * seen.rate)
    assert losses == sorted(losses, reverse=True)


@pytest.mark.parametrize("name", RECIPES)
def test_a_dedicated_model_is_what_its_recipe_makes(name: str) -> None:
    model, manifest = checkpoints.load(name, (SHIPPED,))
    assert isinstance(model, VAE)
    assert (manifest.kind, manifest.settings) == ("vae", RECIPES[name].to_json())
    assert (manifest.steps, manifest.bytes <= 1.5e6) == (RECIPES[name].steps, True)
    result = numbers(evaluate(model, data.load(manifest.data).held_out, RECIPES[name]))
    assert result == pytest.approx(manifest.held_out, rel=1e-3)


@pytest.mark.parametrize("data_set", ["digits", "mnist-5k"])
def test_a_pair_differs_in_the_objective_alone(data_set: str) -> None:
    plain, variational = RECIPES[f"{data_set}-ae-2d"], RECIPES[f"{data_set}-vae-2d"]
    assert (plain.variational, variational.variational) == (False, True)
    assert replace(plain, variational=True) == variational
    assert plain.latent == 2


@pytest.mark.parametrize("data_set", ["digits", "mnist-5k"])
def test_a_pair_differs_in_its_variance_alone(data_set: str) -> None:
    one, each = RECIPES[f"{data_set}-one-sigma2"], RECIPES[f"{data_set}-pixel-sigma2"]
    assert replace(one, likelihood="gaussian-per-pixel") == each
    manifests = [
        checkpoints.load(f"{data_set}-{n}-sigma2", (SHIPPED,)).manifest for n in ("one", "pixel")
    ]
    assert ["sigma2" in manifest.held_out for manifest in manifests] == [True, False]
    assert all(manifest.bytes <= 1e6 for manifest in manifests)
