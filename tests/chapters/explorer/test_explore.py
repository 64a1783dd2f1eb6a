"""Frames: one per data set and theme, small, and unchanged where only the likelihood moves."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.chapters.session import Session, at
from vaeviz import data
from vaeviz.chapters.controls import repaired
from vaeviz.chapters.explorer.explore import TOOL, ExplorerView, show
from vaeviz.chapters.model.answer import standing, tau_remarks
from vaeviz.chapters.model.views import clipped
from vaeviz.figures.theme import THEMES
from vaeviz.live.message import Panel, pack
from vaeviz.records import ImageStrip
from vaeviz.serve import probes
from vaeviz.serve.probes import Probe

Probes = Callable[[str], Probe]
# sprites-64 is left out: its 4096 eigenvalues take 20 s, and sprites is drawn by the same code.
EMBEDDED = [n for n in data.names() if data.describe(n).embedded and n != "sprites-64"]
embedded = pytest.mark.parametrize("name", EMBEDDED)


def fitted(s: ExplorerView, p: Probe) -> ExplorerView:
    return repaired(s, at(p, TOOL))[0]


def draw(s: ExplorerView, p: Probe) -> Mapping[str, Panel]:
    return show(s, at(p, TOOL)).panels


@embedded
@pytest.mark.parametrize("theme", THEMES)
def test_every_data_set_has_a_whole_message(
    name: str, theme: str, explorer: Session, probe: Probes
) -> None:
    probe(name)  # on a busy machine it may take longer than a page waits
    header = explorer.opens(theme, data=name)
    image = data.describe(name).is_image
    assert set(header["panels"]) == {
        "map",
        "kl",
        "rd",
        "recon",
        "samples",
        *(["interp"] if image else []),
    }
    assert header["shape"] == ("images" if image else "plane")
    for panel in header["panels"].values():
        about = panel["figure"]["layout"]["meta"] if "figure" in panel else panel
        assert about["title"]
        assert len(about["alt"]) > 20
        assert about["source"].startswith("closed form: the linear VAE")
    assert (header["seq"], header["theme"], header["pending"]) == (0, theme, False)
    assert {c["name"] for c in header["controls"]} == {
        "data",
        "model",
        "likelihood",
        "beta",
        "sigma2",
        "d",
        "i",
        "j",
        "a",
        "b",
        "threshold",
        "pixels",
        "seed",
        "click",
        "hold",
    }
    areas = {area for row, _ in header["rows"] for area in row.split()}
    assert areas == set(header["panels"])


@embedded
def test_plotly_accepts_every_figure(name: str, probe: Probes) -> None:
    p = probe(name)
    for panel in draw(fitted(ExplorerView(data=name), p), p).values():
        if not isinstance(panel, ImageStrip):
            panel.draw()


@embedded
@pytest.mark.parametrize("beta", [1e-3, 1.0, 100.0])
@pytest.mark.parametrize("sigma2", [1e-4, 10.0])
@pytest.mark.parametrize("d", [1, 16])
def test_the_ends_of_the_sliders_are_drawn_and_the_point_is_on_the_plane(
    name: str, beta: float, sigma2: float, d: int, probe: Probes
) -> None:
    p = probe(name)
    s = ExplorerView(data=name, beta=beta, sigma2=sigma2, d=d, a=10**6, pixels="sampled")
    panels = draw(fitted(s, p), p)
    pack(dict(panels))
    rd = panels["rd"]
    here = next(t for t in rd.data if t["name"] == "you are here")
    assert 0 <= here["x"][0] <= rd.layout["xaxis"]["range"][1]
    assert 0 <= here["y"][0] <= rd.layout["yaxis"]["range"][1]


@embedded
@pytest.mark.parametrize("factor", [0.1, 4.0])
def test_at_a_held_tau_only_the_likelihood_moves(name: str, factor: float, probe: Probes) -> None:
    p = probe(name)
    one = fitted(ExplorerView(data=name, hold="tau"), p)
    two = dataclasses.replace(one, beta=one.beta / factor, sigma2=one.sigma2 * factor)
    before, after = draw(one, p), draw(two, p)
    for panel in before:
        if panel != "rd":
            assert pack({panel: before[panel]}) == pack({panel: after[panel]}), panel
    rd_before, rd_after = before["rd"], after["rd"]
    assert not isinstance(rd_before, ImageStrip)
    assert not isinstance(rd_after, ImageStrip)
    for old, new in zip(rd_before.data, rd_after.data, strict=True):
        same = pack({}, t=old) == pack({}, t=new)
        assert same == (old["name"] != "D in nats"), old["name"]


@embedded
def test_at_a_held_tau_sampled_pixels_and_read_outs_differ(name: str, probe: Probes) -> None:
    p = probe(name)
    one = fitted(ExplorerView(data=name, hold="tau", pixels="sampled"), p)
    two = dataclasses.replace(one, beta=one.beta / 4, sigma2=one.sigma2 * 4)
    before, after = draw(one, p), draw(two, p)
    for panel in before:
        moves = panel in ("recon", "interp", "samples", "rd")
        assert (pack({panel: before[panel]}) != pack({panel: after[panel]})) == moves, panel
    rows = [{r[0]: r[1] for r in show(s, at(p, TOOL)).readouts} for s in (one, two)]
    moved = {name for name in rows[0] if rows[0][name] != rows[1][name]}
    assert moved == {"D (nats)", "ELBO (nats)", "J = D + βR (nats)"}


@pytest.mark.parametrize("beta", np.geomspace(0.01, 50, 25))
def test_a_held_tau_stays_one_tau_through_the_six_digits_of_the_url(
    beta: float, probe: Probes
) -> None:
    """The browser sends σ² = τ/β; both are kept to six digits, and the four of `clipped` hide the
    rest.
    """
    linear, tau = probe("digits").linear, 0.05
    s = ExplorerView(beta=float(f"{beta:.6g}"), sigma2=float(f"{tau / beta:.6g}"))
    assert clipped(s.tau, linear) == tau


def test_a_message_of_mnist_with_a_thousand_points_is_small(
    explorer: Session, probe: Probes
) -> None:
    assert len(probe("mnist-5k").x) == 1000
    explorer.opens(data="mnist-5k", d="16")
    assert explorer.size < 120_000


def test_a_move_travels_in_a_part_of_the_whole_message(explorer: Session, probe: Probes) -> None:
    """What the browser holds stays there: controls, scenes, layouts, the data of the plane."""
    probe("mnist-5k")
    explorer.holds = True
    explorer.opens(data="mnist-5k", d="16")
    whole = explorer.size
    explorer.says()
    assert explorer.size < 0.1 * whole
    explorer.says(threshold=0.2)
    assert explorer.size < 0.2 * whole
    explorer.says(beta=1.1)
    assert explorer.size < whole


def test_a_tau_beyond_the_range_is_said_and_clipped(probe: Probes) -> None:
    linear = probe("digits").linear
    for beta, sigma2, shown in ((0.01, 1e-4, 1e-3), (100.0, 10.0, linear.tau_range[1])):
        s = ExplorerView(beta=beta, sigma2=sigma2)
        assert clipped(s.tau, linear) == pytest.approx(shown)
        assert any(f"shown at τ = {shown:g}" in note for note in tau_remarks(s, linear))
    assert not any("shown at" in note for note in tau_remarks(ExplorerView(), linear))


def test_a_collapsed_page_raises_the_alarm(explorer: Session) -> None:
    header = explorer.opens(beta="100", sigma2="1")
    row = next(r for r in header["readouts"] if r[0] == "collapsed")
    assert (row[1], row[3]) == ("8 of 8 · alarm", "alarm")


def test_the_reconstructions_show_a_and_b_first(probe: Probes) -> None:
    p = probe("digits")
    recon = draw(ExplorerView(a=17, b=5), p)["recon"]
    assert isinstance(recon, ImageStrip)
    for column, example in ((0, 17), (1, 5)):
        np.testing.assert_allclose(
            recon.images[0, column] / 255, p.x[example].reshape(8, 8), atol=0.5 / 255 + 1e-6
        )


def test_the_interpolation_runs_from_a_to_b(probe: Probes) -> None:
    strips = draw(ExplorerView(a=17, b=5), probe("digits"))
    recon, interp = strips["recon"], strips["interp"]
    assert isinstance(recon, ImageStrip)
    assert isinstance(interp, ImageStrip)
    np.testing.assert_array_equal(interp.images[0, 0], recon.images[1, 0])
    np.testing.assert_array_equal(interp.images[0, -1], recon.images[1, 1])


def test_the_chosen_examples_keep_their_place_in_data_units(probe: Probes) -> None:
    """The drawn ellipse of A against the codec's own posterior."""
    p, s = probe("digits"), ExplorerView(a=3, i=2, j=5)
    figure = draw(s, p)["map"]
    assert not isinstance(figure, ImageStrip)
    mu, logvar = p.linear.encode(p.x[3:4], s.tau, s.d)
    ring = next(t for t in figure.data if t["name"] == "q(z|A), 1σ")
    for axis, k in (("x", 1), ("y", 4)):
        assert ring[axis].max() == pytest.approx(mu[0, k] + math.exp(logvar[0, k] / 2), abs=1e-5)
        assert ring[axis].min() == pytest.approx(mu[0, k] - math.exp(logvar[0, k] / 2), abs=1e-5)


def test_a_message_is_the_same_twice(probe: Probes) -> None:
    first, again = (
        pack(dict(draw(ExplorerView(pixels="sampled"), probe("digits")))) for _ in range(2)
    )
    assert first == again


@pytest.mark.parametrize(
    ("changes", "end"),
    [
        ({"beta": 0.002, "sigma2": 0.01}, "τ = 0.001"),
        ({"beta": 90.0, "sigma2": 10.0}, "τ = 10"),
        ({"beta": 0.02, "sigma2": 0.05}, ""),
        ({"beta": 1.0, "sigma2": 0.05}, ""),
    ],
)
def test_it_says_where_the_models_range_ends(
    changes: dict[str, float], end: str, probe: Probes
) -> None:
    words = f"The network is shown at {end}, the end of its range."
    notes = tau_remarks(ExplorerView(**changes), probe("digits").linear)
    assert [note for note in notes if "shown at" in note] == ([words] if end else [])


def test_without_a_variance_the_end_is_one_of_beta() -> None:
    codec: Any = SimpleNamespace(remark="", tau_range=(1e-3, 1.0))
    assert standing(ExplorerView(likelihood="bernoulli", beta=40.0), codec) == [
        "The network is shown at β = 1, the end of its range."
    ]


def test_a_note_says_that_tau_is_held(probe: Probes) -> None:
    def said(**changes: Any) -> list[str]:
        notes = show(ExplorerView(hold="tau", **changes), at(probe("digits"), TOOL)).notes
        return [note for note in notes if "τ is held" in note]

    assert len(said()) == 1
    assert said(likelihood="gaussian-optimal") == []


# read-outs, each number against one that this file computes by itself
# ------------------------------------------------------------------------------------------------


def number(text: str) -> float:
    return float(text.split()[0].replace("−", "-").replace(",", ""))


def by_hand(p: Probe, tau: float, d: int) -> SimpleNamespace:
    """μ, log σ², KL, and the squared error at one draw of each example, in float64."""
    mu, logvar = (v.astype(np.float64) for v in p.linear.encode(p.x, tau, d))
    z = mu + np.exp(logvar / 2) * p.noise[:, :d]
    errors = ((p.x - p.linear.decode(z.astype(np.float32), tau, d)) ** 2).sum(1)
    kl = ((mu**2 + np.exp(logvar) - logvar - 1) / 2).mean(0)  # (d,)
    return SimpleNamespace(mu=mu, kl=kl, errors=errors, n=p.x.shape[1])


@embedded
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"beta": 4.0, "sigma2": 0.3, "d": 2, "threshold": 0.5},
        {"beta": 0.5, "sigma2": 3.0},
        {"beta": 20.0, "sigma2": 0.01, "d": 1, "threshold": 2.0},
    ],
    ids=str,
)
def test_every_read_out_is_the_number_that_its_help_names(
    name: str, changes: dict[str, Any], probe: Probes
) -> None:
    p = probe(name)
    s = fitted(ExplorerView(data=name, **changes), p)
    rows = {row[0]: row[1] for row in show(s, at(p, TOOL)).readouts}
    own = by_hand(p, s.tau, s.d)
    per_example = 0.5 * (own.errors / s.sigma2 + own.n * math.log(2 * math.pi * s.sigma2))
    rate, distortion = float(own.kl.sum()), float(per_example.mean())
    error = float(per_example.std(ddof=1)) / math.sqrt(len(p.x))
    close = {"rel": 2e-3, "abs": 0.006}
    assert number(rows["R (nats)"]) == pytest.approx(rate, **close)
    assert number(rows["D (nats)"]) == pytest.approx(distortion, **close)
    within = 0.5 if abs(distortion) >= 1000 else 0.006
    assert number(rows["D (nats)"].split("±")[1]) == pytest.approx(error, rel=2e-3, abs=within)
    assert number(rows["ELBO (nats)"]) == pytest.approx(-distortion - rate, **close)
    assert number(rows["J = D + βR (nats)"]) == pytest.approx(distortion + s.beta * rate, **close)
    assert number(rows["optimal σ²"]) == pytest.approx(own.errors.mean() / own.n, rel=6e-3)
    active = int((own.mu.var(0) > 0.01).sum())
    collapsed = int((own.kl < s.threshold).sum())
    share = collapsed / s.d
    words = " · alarm" if share > 0.2 else " · warning" if share > 0.1 else ""
    still = int(((own.kl < s.threshold) & (own.mu.var(0) > 0.01)).sum())
    by = (" by spread of μ", " by KL") if still else ("", "")
    assert rows["active units"] == f"{active} of {s.d}{by[0]}"
    assert rows["collapsed"] == f"{collapsed} of {s.d}{by[1]}{words}"
    assert set(rows) == {
        "R (nats)",
        "D (nats)",
        "ELBO (nats)",
        "J = D + βR (nats)",
        "active units",
        "collapsed",
        "optimal σ²",
    }


def test_one_collapsed_dimension_in_eight_is_a_warning(probe: Probes) -> None:
    """12.5 % lie between 10 % and 20 %."""
    p = probe("digits")
    kl = by_hand(p, 0.05, 8).kl
    threshold = float(f"{np.sort(kl)[:2].mean():.6g}")
    rows = show(ExplorerView(threshold=threshold), at(p, TOOL)).readouts
    row = next(row for row in rows if row[0] == "collapsed")
    assert (row[1], row[3]) == ("1 of 8 by KL · warning", "warning")
    assert f"{threshold:g} nats" in row[2]


def test_the_observation_is_that_of_the_clipped_tau(probe: Probes) -> None:
    """σ² counts in the distortion, and the network stays at the end of its range."""
    p, s = probe("digits"), ExplorerView(beta=0.002, sigma2=0.01)
    rows = {row[0]: row[1] for row in show(s, at(p, TOOL)).readouts}
    seen = probes.observer(p, p.linear)(1e-3, 8)
    assert number(rows["R (nats)"]) == pytest.approx(seen.rate, abs=0.006)
    distortion = 0.5 * (seen.loss / 0.01 + 64 * math.log(2 * math.pi * 0.01))
    assert number(rows["D (nats)"]) == pytest.approx(distortion, abs=0.006)


def test_one_dimension_is_drawn_as_one(probe: Probes) -> None:
    """Two are drawn as two; the list of the map's axes is grey where there is one."""
    for d in (1, 2):
        p = probe("digits")
        view = fitted(ExplorerView(data="digits", d=d), p)
        drawn: Any = draw(view, p)["map"]
        layout = drawn.layout
        assert ("dead" in layout["meta"]["title"]) is False
        assert ("spread apart" in layout["yaxis"]["title"]["text"]) is (d == 1)
        off = {rule.setting for maker in TOOL.rules if (rule := maker(view, at(p, TOOL)))
               and rule.off}  # fmt: skip
        assert ({"i", "j"} <= off) is (d == 1)
