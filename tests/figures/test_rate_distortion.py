"""The rate-distortion plane: the tangent at the point, and the scale of D in nats."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.figures.records import RATES, RD
from vaeviz.figures.rate_distortion import rate_distortion
from vaeviz.figures.theme import LIGHT
from vaeviz.measures.observe import nats

FIGURE: Any = rate_distortion(RD, LIGHT).draw()
TRACES = {t.name: t for t in FIGURE.data}


def number(label: str) -> float:
    text = label.strip().replace("−", "-")
    return 1000 * float(text[:-1]) if text.endswith("k") else float(text)


@given(st.floats(0, 9), st.floats(0, 5), st.floats(1e-3, 10))
def test_the_tangent_has_slope_minus_tau_through_our_point(
    rate: float, loss: float, tau: float
) -> None:
    spec = rate_distortion(dataclasses.replace(RD, rate=rate, loss=loss, slope=tau), LIGHT)
    line = next(t for t in spec.data if "tangent" in t["name"])
    (x0, x1), (y0, y1) = line["x"], line["y"]
    assert (y1 - y0) / (x1 - x0) == pytest.approx(-tau, rel=1e-9)
    assert y0 - tau * (rate - x0) == pytest.approx(loss, abs=1e-9)


def test_the_curve_and_our_point_are_the_records() -> None:
    curve, here = TRACES["this model's curve"], TRACES["you are here"]
    np.testing.assert_array_equal(curve.x, RD.rates)
    np.testing.assert_array_equal(curve.y, RD.losses)
    assert (here.x[0], here.y[0]) == (3.0, 1.5)
    np.testing.assert_array_equal(TRACES["linear VAE, exact"].y, RD.linear_losses)


def test_axes_start_at_zero_and_name_their_units() -> None:
    assert FIGURE.layout.xaxis.range == (0, 9.0)
    assert FIGURE.layout.yaxis.range == (0, 5.0)
    assert "nats" in FIGURE.layout.xaxis.title.text
    assert FIGURE.layout.yaxis.title.text == RD.unit


@pytest.mark.parametrize(("elements", "top"), [(2, 3.0), (64, 25.0), (784, 60.0), (4096, 500.0)])
@pytest.mark.parametrize("sigma2", [1e-4, 0.01, 0.05, 0.3, 1.0, 10.0])
def test_the_d_scales_labels_are_the_distortion_in_nats(
    elements: int, top: float, sigma2: float
) -> None:
    """To the digits shown: half a unit of the last, at most 1 % of the whole or 0.05 nats."""
    heights = [0.04 * top, 0.35 * top, 0.65 * top, 0.95 * top]
    record = dataclasses.replace(
        RD, nats=tuple((h, nats(2 * h, elements, "gaussian", sigma2)) for h in heights)
    )
    scale = next(t for t in rate_distortion(record, LIGHT).data if t["name"] == "D in nats")
    assert list(scale["y"]) == heights
    for label, height in zip(scale["text"], heights, strict=True):
        exact = height / sigma2 + 0.5 * elements * np.log(2 * np.pi * sigma2)
        assert number(label) == pytest.approx(exact, rel=0.01, abs=0.0501)
        assert len(label) <= 9
    assert len({*scale["text"]}) == 4


def test_without_a_gaussian_decoder_there_is_no_second_scale_and_no_linear_curve() -> None:
    none = np.zeros(0)
    spec = rate_distortion(
        dataclasses.replace(RD, nats=(), linear_rates=none, linear_losses=none), LIGHT
    )
    assert not [t for t in spec.data if t["name"] in ("D in nats", "linear VAE, exact")]
    spec.draw()


def test_where_the_models_range_ends_the_words_are_of_the_tangent_that_is_drawn() -> None:
    for own, scale in ((RD.nats, " on the right axis, D in nats,"), ((), "")):
        spec = rate_distortion(dataclasses.replace(RD, nats=own, beta=0.05, at_end=True), LIGHT)
        meta = spec.layout["meta"]
        assert f"slope{scale} is −0.05, where the model's range ends" in meta["alt"]
        assert ["slope −0.05 at its end", LIGHT.rate, "dash"] in meta["legend"]
        said = [
            meta["alt"],
            *(words for words, *_ in meta["legend"]),
            *(t["name"] for t in spec.data),
        ]
        assert not [words for words in said if "−β" in words]


def test_one_trained_model_has_no_curve_in_the_legend() -> None:
    for rates, named in ((RD.rates, True), (RD.rates[:1], False)):
        spec = rate_distortion(
            dataclasses.replace(RD, rates=rates, losses=RD.losses[: len(rates)]), LIGHT
        )
        assert ("this model" in [words for words, *_ in spec.layout["meta"]["legend"]]) is named


def test_the_alt_text_states_where_we_are() -> None:
    alt = FIGURE.layout.meta["alt"]
    for words in ("Rate 3.00 nats", "1.500", "β = 2"):
        assert words in alt


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ((9999.4, 9999.6), [" 9999", " 10k"]),
        ((12_341.0, 12_344.0), [" 12.341k", " 12.344k"]),
        ((500.1, 500.2), [" 500.1", " 500.2"]),
        ((99.94, 100.06), [" 99.9", " 100"]),
        ((5.0, 5.0), [" 5.000", " 5.000"]),
    ],
)
def test_the_d_scale_has_as_many_digits_as_tell_its_labels_apart(
    values: tuple[float, float], texts: list[str]
) -> None:
    record = dataclasses.replace(RD, nats=((1.0, values[0]), (2.0, values[1])))
    scale = next(t for t in rate_distortion(record, LIGHT).data if t["name"] == "D in nats")
    assert scale["text"] == texts
    assert scale["x"] == [9.0, 9.0]


def test_the_tangent_crosses_the_whole_picture() -> None:
    line = TRACES["tangent of slope −β"]
    assert (list(line.x), list(line.y)) == ([0, 9], [1.5 + 0.5 * 3, 1.5 - 0.5 * 6])


def test_legend_entries_are_lines_as_they_are_drawn() -> None:
    dashes = {t["line"]["color"]: t["line"].get("dash", "solid") for t in FIGURE.to_dict()["data"]
              if t["mode"] == "lines"}  # fmt: skip
    legend = FIGURE.layout.meta["legend"]
    assert len(legend) == 3
    assert {colour: dash for _, colour, dash in legend} == dashes


def test_the_right_axis_has_a_name_where_there_is_one() -> None:
    (title,) = FIGURE.layout.annotations
    assert (title.text, title.xref, title.xanchor) == ("D (nats)", "paper", "left")
    assert "annotations" not in rate_distortion(dataclasses.replace(RD, nats=()), LIGHT).layout


def test_two_models_make_a_curve() -> None:
    spec = rate_distortion(dataclasses.replace(RD, rates=RATES[:2], losses=RD.losses[:2]), LIGHT)
    assert "this model" in [words for words, *_ in spec.layout["meta"]["legend"]]


def test_another_models_point_is_drawn_and_said() -> None:
    both = rate_distortion(dataclasses.replace(RD, beside=("dedicated", 4.25, 1.5)), LIGHT)
    point = next(trace for trace in both.data if trace["name"] == "dedicated")
    assert (point["x"], point["y"]) == ([4.25], [1.5])
    assert "dedicated model: 4.25 nats, 1.500" in both.layout["meta"]["alt"]
