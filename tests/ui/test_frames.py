"""Frames: one for every data set and theme, small, honest, and still where only the likelihood
moves.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.ui.collapse.stand_in import Trained
from vaeviz import data
from vaeviz.figures.theme import LIGHT, THEMES
from vaeviz.live.board import Panel, pack, unpack
from vaeviz.measures.observe import nats
from vaeviz.records import ImageStrip
from vaeviz.ui import frames, store
from vaeviz.ui.collapse import diagnosis, rate_distortion
from vaeviz.ui.collapse import map as collapse_map
from vaeviz.ui.collapse.part import Tool
from vaeviz.ui.collapse.settings import View
from vaeviz.ui.frames import clipped, frame, message, remarks, standing
from vaeviz.ui.settings import Settings, fit
from vaeviz.ui.views import Probe

Probes = Callable[[str], Probe]
# sprites-64 is left out: its 4096 eigenvalues take 20 s, and sprites is drawn by the same code.
EMBEDDED = [n for n in data.names() if data.describe(n).embedded and n != "sprites-64"]
DECODERS = ("gaussian", "gaussian-optimal")
embedded = pytest.mark.parametrize("name", EMBEDDED)


def send(s: Settings, p: Probe, theme: str = "light") -> tuple[dict[str, Any], bytes]:
    s = fit(s, p.linear.latent, len(p.x), DECODERS)[0]
    return unpack(message(s, p, p.linear, store.observer(p, p.linear), DECODERS, [], theme, seq=1))


def draw(s: Settings, p: Probe) -> dict[str, Panel]:
    return frame(s, p, p.linear, store.observer(p, p.linear), THEMES["light"])


@embedded
@pytest.mark.parametrize("theme", THEMES)
def test_every_data_set_has_a_whole_message(name: str, theme: str, probe: Probes) -> None:
    header, _ = send(Settings(data=name), probe(name), theme)
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
    assert header["seq"] == 1
    assert {c["name"] for c in header["controls"]} >= {
        "data",
        "decoder",
        "beta",
        "sigma2",
        "d",
        "i",
        "j",
        "hold",
    }


@embedded
def test_plotly_accepts_every_figure(name: str, probe: Probes) -> None:
    p = probe(name)
    s = fit(Settings(data=name), p.linear.latent, len(p.x), DECODERS)[0]
    for panel in draw(s, p).values():
        if not isinstance(panel, ImageStrip):
            panel.draw()


@embedded
@pytest.mark.parametrize("beta", [1e-3, 1.0, 100.0])
@pytest.mark.parametrize("sigma2", [1e-4, 10.0])
@pytest.mark.parametrize("d", [1, 16])
def test_the_ends_of_the_sliders_are_drawn_and_we_are_on_the_plane(
    name: str, beta: float, sigma2: float, d: int, probe: Probes
) -> None:
    p = probe(name)
    s = Settings(data=name, beta=beta, sigma2=sigma2, d=d, a=10**6, pixels="sampled")
    header, _ = send(s, p)
    rd = header["panels"]["rd"]["figure"]
    here = next(t for t in rd["data"] if t["name"] == "you are here")
    assert 0 <= here["x"][0] <= rd["layout"]["xaxis"]["range"][1]
    assert 0 <= here["y"][0] <= rd["layout"]["yaxis"]["range"][1]


@embedded
@pytest.mark.parametrize("factor", [0.1, 4.0])
def test_at_a_held_tau_only_the_likelihood_moves(name: str, factor: float, probe: Probes) -> None:
    p = probe(name)
    one = fit(Settings(data=name, hold="tau"), p.linear.latent, len(p.x), DECODERS)[0]
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
    one = fit(
        Settings(data=name, hold="tau", pixels="sampled"), p.linear.latent, len(p.x), DECODERS
    )[0]
    two = dataclasses.replace(one, beta=one.beta / 4, sigma2=one.sigma2 * 4)
    before, after = draw(one, p), draw(two, p)
    for panel in before:
        moves = panel in ("recon", "interp", "samples", "rd")
        assert (pack({panel: before[panel]}) != pack({panel: after[panel]})) == moves, panel
    rows = [{r[0]: r[1] for r in send(s, p)[0]["readouts"]} for s in (one, two)]
    moved = {name for name in rows[0] if rows[0][name] != rows[1][name]}
    assert moved == {"D (nats)", "ELBO (nats)", "J = D + βR (nats)"}


@pytest.mark.parametrize("beta", np.geomspace(0.01, 50, 25))
def test_a_held_tau_stays_one_tau_through_the_six_digits_of_the_url(
    beta: float, probe: Probes
) -> None:
    """The board sends σ² = τ/β; both are kept to six digits, and the four of `clipped` hide the
    rest.
    """
    linear, tau = probe("digits").linear, 0.05
    s = Settings(beta=float(f"{beta:.6g}"), sigma2=float(f"{tau / beta:.6g}"))
    assert clipped(s.tau, linear) == tau


def test_a_frame_of_mnist_with_a_thousand_points_is_small(probe: Probes) -> None:
    p = probe("mnist-5k")
    assert len(p.x) == 1000
    s = Settings(data="mnist-5k", d=16)
    sent = message(s, p, p.linear, store.observer(p, p.linear), DECODERS, [], "light", seq=1)
    assert len(sent) < 120_000


def test_a_tau_beyond_the_range_is_said_and_clipped(probe: Probes) -> None:
    linear = probe("digits").linear
    for beta, sigma2, shown in ((0.01, 1e-4, 1e-3), (100.0, 10.0, linear.tau_range[1])):
        s = Settings(beta=beta, sigma2=sigma2)
        assert clipped(s.tau, linear) == pytest.approx(shown)
        assert any(f"shown at τ = {shown:g}" in note for note in remarks(s, linear))
    assert not any("shown at" in note for note in remarks(Settings(), linear))


@embedded
def test_the_read_outs_are_the_readings(name: str, probe: Probes) -> None:
    p = probe(name)
    s = fit(Settings(data=name), p.linear.latent, len(p.x), DECODERS)[0]
    rows = {label: value for label, value, *_ in send(s, p)[0]["readouts"]}
    seen = store.observer(p, p.linear)(clipped(s.tau, p.linear), s.d)
    distortion = nats(seen.loss, p.elements, "gaussian", s.sigma2)

    def number(text: str) -> float:
        return float(text.split()[0].replace("−", "-").replace(",", ""))

    assert number(rows["R (nats)"]) == pytest.approx(seen.rate, abs=0.006)
    assert number(rows["D (nats)"]) == pytest.approx(distortion, rel=1e-3, abs=0.006)
    assert number(rows["ELBO (nats)"]) == pytest.approx(
        -distortion - seen.rate, rel=1e-3, abs=0.006
    )
    assert number(rows["J = D + βR (nats)"]) == pytest.approx(
        distortion + seen.rate, rel=1e-3, abs=0.006
    )
    assert number(rows["optimal σ²"]) == pytest.approx(seen.loss / p.elements, rel=0.006)
    assert rows["collapsed"].startswith(f"{(seen.kl < 0.1).sum()} of {s.d}")


def test_a_collapsed_board_raises_the_alarm(probe: Probes) -> None:
    header, _ = send(Settings(beta=100.0, sigma2=1.0), probe("digits"))
    row = next(r for r in header["readouts"] if r[0] == "collapsed")
    assert (row[1], row[3]) == ("8 of 8 · alarm", "alarm")


def test_the_reconstructions_show_a_and_b_first(probe: Probes) -> None:
    p = probe("digits")
    recon = draw(Settings(a=17, b=5), p)["recon"]
    assert isinstance(recon, ImageStrip)
    for column, example in ((0, 17), (1, 5)):
        np.testing.assert_allclose(
            recon.images[0, column] / 255, p.x[example].reshape(8, 8), atol=0.5 / 255 + 1e-6
        )


def test_the_interpolation_runs_from_a_to_b(probe: Probes) -> None:
    strips = draw(Settings(a=17, b=5), probe("digits"))
    recon, interp = strips["recon"], strips["interp"]
    assert isinstance(recon, ImageStrip)
    assert isinstance(interp, ImageStrip)
    np.testing.assert_array_equal(interp.images[0, 0], recon.images[1, 0])
    np.testing.assert_array_equal(interp.images[0, -1], recon.images[1, 1])


def test_the_chosen_examples_keep_their_place_in_data_units(probe: Probes) -> None:
    """The drawn ellipse of A against the codec's own posterior."""
    p, s = probe("digits"), Settings(a=3, i=2, j=5)
    figure = draw(s, p)["map"]
    assert not isinstance(figure, ImageStrip)
    mu, logvar = p.linear.encode(p.x[3:4], s.tau, s.d)
    ring = next(t for t in figure.data if t["name"] == "q(z|A), 1σ")
    for axis, k in (("x", 1), ("y", 4)):
        assert ring[axis].max() == pytest.approx(mu[0, k] + math.exp(logvar[0, k] / 2), abs=1e-5)
        assert ring[axis].min() == pytest.approx(mu[0, k] - math.exp(logvar[0, k] / 2), abs=1e-5)


def test_a_message_is_the_same_twice(probe: Probes) -> None:
    first, again = (send(Settings(pixels="sampled"), probe("digits")) for _ in range(2))
    assert json.dumps(first[0]) == json.dumps(again[0])
    assert first[1] == again[1]


def test_alarm_words_cover_every_alarm() -> None:
    assert set(frames._ALARM) == {"fine", "warning", "alarm"}


@pytest.mark.parametrize("tool", [collapse_map.TOOL, rate_distortion.TOOL, diagnosis.TOOL])
@pytest.mark.parametrize(
    ("own", "end"),
    [
        ({"beta": 0.002, "sigma2": 0.01}, "τ = 0.001"),
        ({"beta": 90.0, "sigma2": 10.0}, "τ = 10"),
        ({"beta": 0.02, "sigma2": 0.05}, ""),
        ({"beta": 1.0, "sigma2": 0.05}, ""),
    ],
)
def test_explorer_and_collapse_say_alike_where_the_models_range_ends(
    tool: Tool, own: dict[str, float], end: str, probe: Probes
) -> None:
    p = probe("digits")
    words = f"The network is shown at {end}, the end of its range."
    said = [remarks(Settings(**own), p.linear), tool.part(View(**own), p, p.linear, LIGHT).notes]
    for notes in said:
        assert [note for note in notes if "shown at" in note] == ([words] if end else [])


def test_without_a_variance_the_end_is_one_of_beta(probe: Probes) -> None:
    codec = Trained(probe("digits"), likelihood="bernoulli")
    assert standing(Settings(decoder="bernoulli", beta=40.0), codec) == [
        "The network is shown at β = 1, the end of its range."
    ]
