"""The KL bars: sorted, true heights, dead ones grey, and the prediction."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from tests.figures.records import KL
from vaeviz.figures.kl_bars import kl_bars
from vaeviz.figures.theme import LIGHT
from vaeviz.measures.codecs.codec import LinearCodec
from vaeviz.theory import linear_vae

FIGURE: Any = kl_bars(KL, LIGHT).draw()
TRACES = {t.name: t for t in FIGURE.data}
BARS = TRACES["KL of dimension"]


def test_bars_fall_and_are_the_kls_of_the_dimensions_they_name() -> None:
    assert list(BARS.y) == sorted(KL.kl, reverse=True)
    assert [KL.kl[k - 1] for k in BARS.customdata] == list(BARS.y)
    assert (
        list(TRACES["dimension"].text)
        == [str(k) for k in BARS.customdata]
        == ["2", "5", "3", "1", "4"]
    )
    assert list(TRACES["dimension"].x) == list(BARS.x)


def test_bars_below_the_threshold_are_grey_and_no_others() -> None:
    assert [c == LIGHT.dead for c in BARS.marker.color] == [h < 0.1 for h in BARS.y]


def test_a_bar_at_the_threshold_is_alive() -> None:
    bars = kl_bars(dataclasses.replace(KL, kl=np.array([0.1, 0.0999])), LIGHT)
    assert [c == LIGHT.dead for c in bars.data[0]["marker"]["color"]] == [False, True]
    assert "1 of 2" in bars.layout["meta"]["title"]


def test_the_line_of_collapse_lies_at_the_threshold() -> None:
    assert set(TRACES["0.1 nats: below, collapsed"].y) == {0.1}


@pytest.mark.parametrize("tau", [0.02, 0.3, 5.0])
def test_the_ticks_are_the_linear_vaes_half_log_lambda_over_tau(tau: float) -> None:
    x = np.random.default_rng(0).normal(size=(500, 6)) * [2, 1.5, 1, 0.5, 0.2, 0.1]
    spectrum = linear_vae.spectrum(x)
    record = dataclasses.replace(KL, linear=LinearCodec(spectrum, 5).kl(tau, 5))
    ticks = next(t for t in kl_bars(record, LIGHT).data if "log(λ/τ)" in t["name"])
    theory = np.array([0.5 * np.log(v / tau) if v > tau else 0.0 for v in spectrum.eigenvalues[:5]])
    np.testing.assert_allclose(ticks["y"], theory, atol=1e-12)
    np.testing.assert_array_equal(ticks["x"], [1, 2, 3, 4, 5])


def test_without_a_prediction_there_are_no_ticks() -> None:
    spec = kl_bars(dataclasses.replace(KL, linear=np.zeros(0)), LIGHT)
    assert all(len(t["x"]) == 0 for t in spec.data if "log(λ/τ)" in t["name"])
    spec.draw()


def test_a_bar_beyond_the_top_is_cut_but_says_its_height() -> None:
    bars = kl_bars(dataclasses.replace(KL, kl=np.array([9.0, 1.0])), LIGHT).data[0]
    assert list(bars["y"]) == [4.0, 1.0]
    assert list(bars["text"]) == ["9.00", "1.00"]


def test_the_alt_text_states_total_largest_and_collapsed() -> None:
    alt = FIGURE.layout.meta["alt"]
    assert alt.endswith("Ticks: the linear VAE's KL of the same rank.")
    assert (
        "same rank"
        not in kl_bars(dataclasses.replace(KL, linear=KL.linear[:0]), LIGHT).layout["meta"]["alt"]
    )
    assert (
        "5 dimensions, 4.47 nats in total; the largest is dimension 2 with 2.50; 2 below 0.1 nats"
        in alt
    )


def test_a_tick_stands_over_the_bar_of_its_rank_and_the_legend_says_so() -> None:
    ticks = TRACES["linear VAE, ½ log(λ/τ)"]
    np.testing.assert_array_equal(
        ticks.y, KL.linear
    )  # λ₁ first, whichever dimension is the tallest
    assert next(iter(TRACES["dimension"].text)) == "2"
    assert FIGURE.layout.meta["legend"][0][0] == "linear VAE, by rank"


def test_the_title_counts_what_carries_information() -> None:
    assert "2 of 5 collapsed" in FIGURE.layout.meta["title"]
    dead = kl_bars(dataclasses.replace(KL, kl=KL.kl * 0), LIGHT)
    assert "all collapsed" in dead.layout["meta"]["title"]


def test_a_magnified_axis_is_said_and_drawn() -> None:
    spec = kl_bars(dataclasses.replace(KL, top=0.5, whole=4.0), LIGHT)
    meta, drawn = spec.layout["meta"], {t["name"]: t for t in spec.data}
    assert "axis to 0.5" in meta["title"]
    assert "0.5 nats instead of 4" in meta["alt"]
    assert drawn["magnified"]["text"] == ["bars 8 × taller", "axis to 0.5 of 4"]
    outline, part = (np.ptp(drawn[name]["y"]) for name in ("whole axis", "its magnified part"))
    assert part / outline == pytest.approx(0.5 / 4.0)
    assert max(drawn["whole axis"]["y"]) < 0.5


@pytest.mark.parametrize("whole", [0.0, 4.0])
def test_the_datas_own_axis_needs_no_words(whole: float) -> None:
    spec = kl_bars(dataclasses.replace(KL, whole=whole), LIGHT)
    assert "axis" not in spec.layout["meta"]["title"]
    assert not {t["name"] for t in spec.data} & {"whole axis", "magnified"}


@pytest.mark.parametrize(("size", "right"), [(5, 8.6), (12, 12.6)])
def test_the_line_of_collapse_reaches_over_all_places(size: int, right: float) -> None:
    spec = kl_bars(dataclasses.replace(KL, kl=np.ones(size)), LIGHT)
    assert list(spec.data[1]["x"]) == [0.4, right]
    assert spec.layout["xaxis"]["range"] == [0.4, right]


def test_a_tick_beyond_the_top_is_at_the_top_and_names_stand_below_the_bars() -> None:
    spec = kl_bars(dataclasses.replace(KL, linear=np.array([9.0, 1.0])), LIGHT)
    ticks, plates, names = spec.data[2:]
    assert (list(ticks["x"]), list(ticks["y"])) == ([1, 2], [4.0, 1.0])
    assert list(names["y"]) == [0] * 5
    assert len(plates["x"]) == int((KL.kl < KL.threshold).sum())  # grey, where a bar is too low
    assert names["textposition"].startswith("bottom")  # in pixels: at every height of the panel
