"""The trained pair: two models that differ in σ² alone, numbers recomputed, rows shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist, pdist
from torch.distributions import Independent, Normal, kl_divergence

from tests.chapters.collapse import frames
from vaeviz import checkpoints
from vaeviz.chapters.collapse import sigma2
from vaeviz.chapters.collapse.sigma2 import Sigma2View
from vaeviz.chapters.collapse.variance_trained import SideBySide, Trained, pair, side_by_side
from vaeviz.chapters.collapse.variance_words import NO_PAIR, PAPER
from vaeviz.checkpoints import SHIPPED, Listing, Manifest, keeping
from vaeviz.config import RunSettings, UserError
from vaeviz.measures.energy import DRAWS, PIXELS, SIZE
from vaeviz.models import vae
from vaeviz.serve import jobs, kept, models
from vaeviz.serve.probes import Probe

Probes = Callable[[str], Probe]
RUN = RunSettings(widths=(8,), latent=3, likelihood="gaussian-learned")


@lru_cache
def measured(probe: Probe) -> SideBySide:
    chosen = pair("digits")
    assert chosen is not None
    return side_by_side(probe, chosen)


def outputs(probe: Probe, name: str, z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Means and variances (N, D) by the checkpoint's own network and the formula, float64."""
    model, about = checkpoints.load(name, (SHIPPED,))
    assert isinstance(model, vae.VAE)
    with torch.no_grad():
        out = model.decoder(z).double()
    if about.settings["likelihood"] == "gaussian-learned":
        return out, torch.full_like(out, about.held_out["sigma2"])
    return out[:, ::2], 1e-4 + out[:, 1::2].exp()


# --- which models
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", ["digits", "mnist-5k"])
def test_a_shipped_pair_is_found(data: str) -> None:
    chosen = pair(data)
    assert chosen is not None
    assert [own.entry.name for own in chosen] == [f"{data}-one-sigma2", f"{data}-pixel-sigma2"]


@pytest.mark.parametrize("data", ["sprites", "three-gaussians", "moons"])
def test_others_have_none(data: str) -> None:
    assert pair(data) is None


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No shipped models, and an empty folder of kept ones."""
    monkeypatch.setattr(keeping, "FRESH", 0.0)
    monkeypatch.setattr(kept, "LISTING", Listing(tmp_path))
    monkeypatch.setattr(kept, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setattr(models, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setattr(jobs, "STORE", jobs.Store())
    return tmp_path


def put(folder: Path, name: str, **changes: Any) -> None:
    run = dataclasses.replace(RUN, **changes)
    draft = Manifest(name, "vae", run.to_json(), "digits", "0" * 16, 0, 70, {"sigma2": 0.02})
    checkpoints.save(vae.build(run, (8, 8)), folder, draft)


PER_PIXEL = {"likelihood": "gaussian-per-pixel"}


@pytest.mark.parametrize(
    ("one", "each", "found"),
    [
        ({}, PER_PIXEL, True),
        ({"likelihood": "gaussian-optimal"}, PER_PIXEL, True),
        ({"seed": 1}, PER_PIXEL, False),
        ({"widths": (9,)}, PER_PIXEL, False),
        ({"latent": 4}, PER_PIXEL, False),
        ({"likelihood": "gaussian"}, PER_PIXEL, False),
        ({"beta": 2.0}, {**PER_PIXEL, "beta": 2.0}, False),
        ({"latent": 17}, {**PER_PIXEL, "latent": 17}, False),
        ({}, {"seed": 1}, False),
    ],
)
def test_kept_models_are_a_pair_when_they_differ_in_nothing_else(
    folder: Path, one: dict[str, Any], each: dict[str, Any], found: bool
) -> None:
    put(folder, "a", **one)
    put(folder, "b", **each)
    chosen = pair("digits")
    assert (chosen is not None) == found
    if chosen:
        assert [own.entry.name for own in chosen] == ["a", "b"]


# --- its numbers
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["one", "each"])
def test_the_bounds_are_those_of_torch_distributions(probe: Probes, which: str) -> None:
    p = probe("digits")
    trained: Trained = getattr(measured(p), which)
    model = checkpoints.load(trained.kept.entry.name, (SHIPPED,)).model
    assert isinstance(model, vae.VAE)
    x = torch.from_numpy(p.x)
    with torch.no_grad():
        mu, logvar = model.encode(x)
    z = mu + (logvar / 2).exp() * torch.from_numpy(p.noise[:, :16])
    mean, variances = outputs(p, trained.kept.entry.name, z)
    fit = Independent(Normal(mean, variances.sqrt()), 1).log_prob(x.double())
    rate = kl_divergence(Normal(mu.double(), (logvar.double() / 2).exp()), Normal(0.0, 1.0)).sum(1)
    np.testing.assert_allclose(trained.bounds, (fit - rate).numpy(), rtol=1e-4, atol=2e-3)
    assert trained.elbo[1] == pytest.approx((fit - rate).std().item() / len(x) ** 0.5, rel=1e-3)
    held_out = checkpoints.load(trained.kept.entry.name, (SHIPPED,)).manifest.held_out["elbo"]
    assert trained.elbo[0] == pytest.approx(held_out, abs=3 * trained.elbo[1])


def test_the_gain_is_paired_example_by_example(probe: Probes) -> None:
    found = measured(probe("digits"))
    apart = found.each.bounds - found.one.bounds
    assert found.gain[0] == pytest.approx(found.each.elbo[0] - found.one.elbo[0])
    assert found.gain[1] == pytest.approx(apart.std(ddof=1) / len(apart) ** 0.5)


@pytest.mark.parametrize("which", ["one", "each"])
def test_the_distances_are_recomputed_pair_by_pair(probe: Probes, which: str) -> None:
    p = probe("digits")
    trained: Trained = getattr(measured(p), which)
    means, sampled = [], []
    for seed in range(1, DRAWS + 1):
        z = np.random.default_rng(seed).standard_normal((SIZE, 16), dtype=np.float32)
        mean, variances = (
            t.numpy() for t in outputs(p, trained.kept.entry.name, torch.from_numpy(z))
        )
        noise = np.random.default_rng(PIXELS + seed).standard_normal(mean.shape, dtype=np.float32)
        for found, x in ((means, mean), (sampled, mean + np.sqrt(variances) * noise)):
            found.append(2 * cdist(x, p.x).mean() - pdist(x).mean() - pdist(p.x).mean())
    for own, by_hand in ((trained.means, means), (trained.sampled, sampled)):
        assert own.value == pytest.approx(np.mean(by_hand), rel=1e-4, abs=1e-5)
        assert own.error == pytest.approx(np.std(by_hand, ddof=1) / DRAWS**0.5, rel=1e-3)


def test_the_ends_of_its_variances_keep_to_the_floor(probe: Probes) -> None:
    p = probe("digits")
    found = measured(p)
    low, high = found.each.span
    assert 0.9999e-4 <= low < 2e-4
    assert high > 100 * low
    sigma2 = checkpoints.load(found.one.kept.entry.name, (SHIPPED,)).manifest.held_out["sigma2"]
    assert found.one.span == (sigma2, sigma2)


def test_sampled_rows_have_the_noise_of_each_pixel(probe: Probes) -> None:
    """(drawn - mean)/σ_j has variance 1; with one σ² for all pixels it would not."""
    p = probe("digits")
    each = measured(p).each
    z = (
        np.random.default_rng(0).standard_normal((16, 8)).astype(np.float32).T.copy()
    )  # views.prior, seed 0
    mean, variances = (t.numpy() for t in outputs(p, each.kept.entry.name, torch.from_numpy(z)))
    np.testing.assert_allclose(each.rows["mean"].samples, mean, atol=1e-5)
    pulls = (each.rows["sampled"].samples - mean) / np.sqrt(variances)
    assert pulls.std() == pytest.approx(1, abs=0.1)


def test_better_likelihood_and_worse_samples_on_digits(probe: Probes) -> None:
    """What the page says of the shipped pair; if this fails, the page says something else."""
    found = measured(probe("digits"))
    assert found.gain[0] > 10 * found.gain[1]
    for a, b in ((found.each.means, found.one.means), (found.each.sampled, found.one.sampled)):
        assert a.value - b.value > 2 * np.hypot(a.error, b.error)


# --- on the page
# ------------------------------------------------------------------------------------------------


def test_the_table_has_the_pair_below_the_fits(probe: Probes) -> None:
    p = probe("digits")
    part, found = frames.whole(sigma2.TOOL, Sigma2View(d=8, rows="all"), p), measured(p)
    rows = frames.rows(part, "variances")
    assert list(rows) == [
        "fixed",
        "optimal, same network",
        "learned",
        "per pixel, fitted",
        "learned †",
        "per pixel †",
    ]
    for name, own in (("learned †", found.one), ("per pixel †", found.each)):
        assert rows[name][1] == f"{own.elbo[0]:,.1f} ± {own.elbo[1]:.1f}"
        assert rows[name][2:] == tuple(
            f"{d.value:.3f} ± {d.error:.3f}" for d in (own.means, own.sampled)
        )
    assert rows["per pixel †"][0].startswith("1e−4 to ")
    table = frames.table(part, "variances")
    assert table.title == "A σ² for every pixel, trained: better ELBO, worse samples"
    assert "digits-one-sigma2, digits-pixel-sigma2: trained alike, d = 16" in table.source
    assert PAPER in part.notes
    assert len([note for note in part.notes if note.startswith("† Trained alike")]) == 1


def test_both_mosaics_show_the_pair_as_the_pixels_are_chosen(probe: Probes) -> None:
    p = probe("digits")
    for pixels in ("mean", "sampled"):
        part = frames.whole(sigma2.TOOL, Sigma2View(d=8, pixels=pixels, rows="all"), p)
        for name, field in (("recon", "recon"), ("samples", "samples")):
            strip = frames.strip(part, name)
            assert strip.row_names[-2:] == ("learned †", "per pixel †")
            assert "† dedicated models" in strip.source
            wanted = getattr(measured(p).each.rows[pixels], field)
            grey = np.clip(wanted * 255, 0, 255).round().astype(np.uint8).reshape(-1, 8, 8)
            np.testing.assert_array_equal(strip.images[-1], grey)


def test_without_a_pair_a_line_says_how_to_get_one(probe: Probes) -> None:
    part = frames.whole(sigma2.TOOL, Sigma2View(data="moons", d=2, rows="all"), probe("moons"))
    assert NO_PAIR in part.notes
    assert PAPER not in part.notes
    assert not [name for name in frames.rows(part, "variances") if "†" in name]


def test_a_pair_that_breaks_is_one_line_and_the_rest_goes_on(
    probe: Probes, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, "a")
    put(folder, "b", **PER_PIXEL)

    def broken(*_: Any) -> None:
        raise UserError("b.safetensors was cut")

    monkeypatch.setattr(models, "dedicated", broken)
    part = frames.whole(sigma2.TOOL, Sigma2View(d=8, rows="all"), probe("digits"))
    assert "b.safetensors was cut." in part.notes
    assert len(frames.strip(part, "recon").row_names) == 9


def test_a_laboratory_is_not_measured_again_for_other_pixels(
    probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slider, pixels and d leave the pair alone: it is measured once for a data set."""
    p, measured_pairs = probe("digits"), []

    def counted(*given: Any) -> SideBySide:
        measured_pairs.append(given)
        return side_by_side(*given)

    monkeypatch.setattr(jobs, "STORE", jobs.Store())
    monkeypatch.setattr(sigma2, "side_by_side", counted)
    for view in (
        Sigma2View(d=8, rows="all"),
        Sigma2View(d=4, sigma2=1.0, pixels="sampled", rows="all"),
    ):
        frames.whole(sigma2.TOOL, view, p)
    assert len(measured_pairs) == 1


def test_a_kept_model_without_its_twin_is_in_the_table_without_a_number(
    probe: Probes, folder: Path
) -> None:
    put(folder, "mine", **PER_PIXEL)
    about = checkpoints.load(folder / "mine", ()).manifest
    model = vae.build(RunSettings.from_json(about.settings), (8, 8))
    checkpoints.save(model, folder, dataclasses.replace(about, held_out={"elbo": 12.5}))
    rows = frames.rows(
        frames.whole(sigma2.TOOL, Sigma2View(d=8, rows="all"), probe("digits")), "variances"
    )
    assert rows["mine, d 3"] == ("one per pixel", "12.5", "", "")


def test_the_fits_have_their_own_distances(probe: Probes) -> None:
    """The fitted variances change sampled pixels alone: both rows have the same means."""
    rows = frames.rows(
        frames.whole(sigma2.TOOL, Sigma2View(d=8, rows="all"), probe("digits")), "variances"
    )
    assert rows["learned"][2] == rows["per pixel, fitted"][2]
    assert rows["learned"][3] != rows["per pixel, fitted"][3]
    assert rows["fixed"][2:] == ("", "")
