"""The tool σ² laboratory: bounds are held-out ELBOs, the edge is exact, each fit is right."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from tests.chapters.collapse import frames
from tests.chapters.session import at
from vaeviz.chapters.chapter import Frame
from vaeviz.chapters.collapse.edge import BRIGHT, DARK, edge
from vaeviz.chapters.collapse.sigma2 import TOOL, Sigma2View, bound
from vaeviz.chapters.collapse.variance_levels import COLUMNS, GRID, LEVELS, Laboratory, measure
from vaeviz.chapters.collapse.variance_table import variance_table
from vaeviz.config import UserError
from vaeviz.live.message import pack
from vaeviz.measures.observe import nats, observe
from vaeviz.records import Array
from vaeviz.serve.probes import Probe
from vaeviz.theory import linear_vae, two_modes

Probes = Callable[[str], Probe]


def seen(probe: Probe, **settings: Any) -> Frame:
    return frames.whole(TOOL, Sigma2View(**{"d": 8, "rows": "all", **settings}), probe)


@lru_cache
def laboratory(probe: Probe, pixels: str = "mean") -> Laboratory:
    return measure(8, pixels, probe, probe.linear)


def number(cell: str) -> float:
    return float(cell.split(" ±")[0].replace("−", "-").replace(",", ""))


def test_the_best_variance_is_the_mean_squared_error_of_its_own_network(probe: Probes) -> None:
    p = probe("digits")
    sigma2, elbo, error = laboratory(p).best
    exact = linear_vae.optimal_sigma2(linear_vae.spectrum(p.data.train), 1.0, 8)
    assert sigma2 == pytest.approx(exact, rel=0.01)
    result = observe(p.linear, p.x, sigma2, 8, p.noise)
    assert elbo == pytest.approx(-(nats(result.loss, 64, "gaussian", sigma2) + result.rate))
    assert error == pytest.approx(0.5 * result.loss_error / sigma2, rel=1e-4)


def test_the_curve_is_highest_near_the_best(probe: Probes) -> None:
    drawn = {t["name"]: t for t in frames.spec(seen(probe("digits")), "bound-plane").data}
    curve, best = drawn["trained at each σ²"], laboratory(probe("digits")).best
    assert curve["x"][curve["y"].argmax()] == pytest.approx(best[0], rel=0.15)
    assert (drawn["best"]["x"][0], drawn["best"]["y"][0]) == best[:2]
    np.testing.assert_array_equal(curve["x"], GRID[GRID > 9.4e-4])


def test_its_panels_are_there_before_the_laboratory_is_measured(probe: Probes) -> None:
    p, s = probe("digits"), Sigma2View(d=8)
    here = observe(p.linear, p.x, s.sigma2, 8, p.noise)
    early = bound(s, p, p.linear, here, None)
    assert early.per_pixel is None
    assert early.best[1] == early.elbo.max()
    assert ("learned", "…", "…") in [
        row[:3] for row in variance_table(s.sigma2, p, here, None).rows
    ]


def test_a_variance_for_every_pixel_is_a_density_of_held_out_examples(probe: Probes) -> None:
    p = probe("digits")
    lab = laboratory(p)
    mu, logvar = p.linear.encode(p.x, lab.best[0], 8)
    x_hat = p.linear.decode(mu + np.exp(0.5 * logvar) * p.noise[:, :8], lab.best[0], 8)
    s = lab.pixels.variances
    density = -0.5 * (np.log(2 * np.pi * s) + (p.x - x_hat) ** 2 / s).sum(1)
    rate = float(p.linear.kl(lab.best[0], 8).sum())
    assert lab.pixels.elbo == pytest.approx(
        density.mean() - rate, abs=0.2
    )  # the rate of held-out codes
    assert lab.pixels.elbo == pytest.approx(lab.best[1] + lab.pixels.gain, abs=1e-4)
    assert lab.pixels.floored == (s <= 1e-4).sum() > 0


def test_pixels_that_hardly_vary_bring_nats(probe: Probes) -> None:
    """The digits' corners are nearly always empty: the note about them rests on this."""
    pixels = laboratory(probe("digits")).pixels
    assert pixels.floored_gain > 0
    assert pixels.gain > 0


def test_the_rows_go_from_sharp_to_blurred_and_mark_the_best(probe: Probes) -> None:
    part = seen(probe("digits"), sigma2=0.05)
    recon, samples = frames.strip(part, "recon"), frames.strip(part, "samples")
    assert recon.images.shape == (len(LEVELS) + 5, COLUMNS, 8, 8)
    assert samples.images.shape == (len(LEVELS) + 4, COLUMNS, 8, 8)
    assert recon.row_names[-2:] == samples.row_names[-2:] == ("learned †", "per pixel †")
    assert recon.row_names[:2] == ("x", "σ² 0.05")
    assert sum("✶" in name for name in recon.row_names) == 1
    x = recon.images[0].astype(float)
    errors = [((row - x) ** 2).mean() for row in recon.images[2:-2].astype(float)]
    assert (np.diff(errors) >= -1e-9).all()
    assert samples.images[-3].astype(float).std(0).max() <= 1  # σ² = 10: the same image for every z


def test_a_row_of_per_pixel_variances_comes_with_sampled_pixels(probe: Probes) -> None:
    p = probe("digits")
    assert laboratory(p, "sampled").levels[-1].name == "per pixel"
    assert "per pixel" not in [level.name for level in laboratory(p).levels]
    drawn, means = laboratory(p, "sampled").levels[-1], laboratory(p).levels
    best = next(level for level in means if "✶" in level.name)
    pulls = (drawn.recon - best.recon) / np.sqrt(laboratory(p).pixels.variances)
    assert pulls.std() == pytest.approx(1, abs=0.1)


def test_the_table_exchanges_one_networks_variance(probe: Probes) -> None:
    p = probe("digits")
    result = {
        name: number(row[1]) for name, row in frames.rows(seen(p, sigma2=0.3), "variances").items()
    }
    here = observe(p.linear, p.x, 0.3, 8, p.noise)
    mse = here.loss / 64
    for name, sigma2 in (("fixed", 0.3), ("optimal, same network", mse)):
        elbo = -(nats(here.loss, 64, "gaussian", sigma2) + here.rate)
        assert result[name] == pytest.approx(elbo, abs=0.06)
    assert result["learned"] > result["optimal, same network"] > result["fixed"]


def test_the_curve_draws_where_we_are(probe: Probes) -> None:
    p = probe("digits")
    mark = frames.trace(seen(p, sigma2=0.3), "bound-plane", "you are here")
    here = observe(p.linear, p.x, 0.3, 8, p.noise)
    assert (mark["x"][0], mark["y"][0]) == (
        0.3,
        pytest.approx(-(nats(here.loss, 64, "gaussian", 0.3) + here.rate)),
    )


@pytest.mark.parametrize("sigma2", [0.02, 0.3, 2.0])
def test_the_exchanged_mark_is_this_network_at_its_own_mean_squared_error(
    sigma2: float, probe: Probes
) -> None:
    """No other σ² is better for it, and its mark lies on the curve of the network shown."""
    p, s = probe("digits"), Sigma2View(d=8, sigma2=sigma2)
    here = observe(p.linear, p.x, sigma2, 8, p.noise)
    result, mse = bound(s, p, p.linear, here, None), here.loss / 64
    assert result.exchanged == (
        mse,
        pytest.approx(-(nats(here.loss, 64, "gaussian", mse) + here.rate)),
    )
    assert result.exchanged[1] >= max(result.single.max(), result.at[1])


def test_the_variances_of_pixels_are_those_of_training_residuals(probe: Probes) -> None:
    p = probe("digits")
    best, fitted = laboratory(p).best[0], laboratory(p).pixels.variances
    rng = np.random.default_rng(0)

    def squared(x: Array) -> Array:
        mu, logvar = p.linear.encode(x, best, 8)
        z = mu + np.exp(0.5 * logvar) * rng.standard_normal(mu.shape).astype(np.float32)
        return np.maximum(((x - p.linear.decode(z, best, 8)) ** 2).mean(0), 1e-4)

    own, others = squared(p.data.train[:2000]), squared(p.x)
    off = [float(np.abs(np.log(fitted / each)).mean()) for each in (own, others)]
    assert off[0] < 0.03
    assert off[1] > 3 * off[0]


@pytest.mark.parametrize("sigma2", [1e-4, 0.2, 0.24, 0.25, 10.0])
def test_the_edge_has_the_contrast_of_the_best_code(sigma2: float) -> None:
    result = edge(sigma2)
    _, mean, coded = result.images.astype(float)  # (2, H, W) each
    middle, reach = 0.5 * (DARK + BRIGHT), 0.5 * (BRIGHT - DARK)
    np.testing.assert_array_equal(mean[0], mean[1])
    m = two_modes.contrast(sigma2)
    column = 50 - 44
    assert coded[0, 0, column] - middle == pytest.approx(m * reach, abs=0.51)
    assert coded[1, 0, column] - middle == pytest.approx(-m * reach, abs=0.51)
    assert f"{two_modes.squared_error(m):.3f}" in result.finding
    assert ("grey" in result.title) == (sigma2 >= 0.25)


def test_the_two_images_differ_in_one_column() -> None:
    x = edge(1.0).images[0].astype(float)
    assert np.flatnonzero((x[0] != x[1]).any(0)).tolist() == [50 - 44]


def test_two_dimensional_data_are_drawn_as_points(probe: Probes) -> None:
    p = probe("moons")
    part = frames.now(TOOL, Sigma2View(data="moons", d=2, rows="all"), p)
    for name in ("recon-plane", "samples-plane"):
        assert len(frames.spec(part, name).data) == 2  # the data and what is drawn, no path
    assert set(" ".join(areas for areas, _ in part.rows).split()) == set(part.panels)


def test_without_a_variance_it_says_why(probe: Probes) -> None:
    class Bernoulli:
        likelihood, remark = "bernoulli", ""

    codec: Any = Bernoulli()
    with pytest.raises(UserError, match="has no σ²"):
        TOOL.show(Sigma2View(), at(probe("digits"), TOOL, codec))


def test_its_panels_travel(probe: Probes) -> None:
    part = seen(probe("digits"))
    assert len(pack(part.panels)) > 10_000
    areas = " ".join(areas for areas, _ in part.rows).split()
    assert set(areas) == set(part.panels)


def test_at_first_there_are_three_large_rows_and_no_table(probe: Probes) -> None:
    """Examples, the slider's σ² and the best one, in both mosaics; all else is a choice away."""
    part = seen(probe("digits"), sigma2=0.05, rows=Sigma2View().rows)
    for name in ("recon", "samples"):
        rows = frames.strip(part, name).row_names
        assert rows[:2] == ("x", "σ² 0.05")
        assert len(rows) == 3
        assert rows[2].endswith("✶")
    assert "variances" not in part.panels
    whole = seen(probe("digits"), sigma2=0.05)
    assert "variances" in whole.panels
    for shown in (part, whole):
        areas = {area for row, _ in shown.rows for area in row.split()}
        assert areas == set(shown.panels)
