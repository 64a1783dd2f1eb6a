"""The collapse map: measured cells, the closed form's exact lines, and the current point."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from tests.figures.collapse_records import COLLAPSE, KNOBS, LINES, OVER_TAU, TAUS
from vaeviz.figures.collapse_map import collapse_map
from vaeviz.figures.theme import DARK, LIGHT, Spec
from vaeviz.records import CollapsePlane


def trace(spec: Spec, name: str) -> dict[str, Any]:
    (result,) = (t for t in spec.data if t["name"] == name)
    return result


def test_a_cell_lies_around_the_setting_that_was_measured() -> None:
    cells = trace(collapse_map(COLLAPSE, LIGHT), "active units")
    x, y = cells["x"], cells["y"]
    assert (len(x), len(y)) == (len(TAUS) + 1, 4)
    np.testing.assert_allclose(np.sqrt(x[1:] * x[:-1]), TAUS)
    np.testing.assert_allclose((y[1:] + y[:-1]) / 2, [1, 2, 3])


def test_what_the_model_does_not_cover_is_below_every_count_and_has_its_own_colour() -> None:
    spec = collapse_map(COLLAPSE, LIGHT)
    cells = trace(spec, "active units")
    assert cells["z"][0, 0] == -1
    assert np.isfinite(cells["z"]).all()
    assert cells["colorscale"][0] == [0, LIGHT.grid]
    assert "not covered" in cells["meta"]["lacking"]
    assert ["not covered", LIGHT.grid] in spec.layout["meta"]["legend"]
    assert "4% of the cells are not covered" in spec.layout["meta"]["alt"]


def test_a_map_that_is_covered_says_nothing_of_gaps() -> None:
    whole = dataclasses.replace(OVER_TAU, counts=np.zeros((3, 9)))
    meta = collapse_map(dataclasses.replace(COLLAPSE, cells=whole), LIGHT).layout["meta"]
    assert "not covered" not in meta["alt"]
    assert "not covered" not in [name for name, *_ in meta["legend"]]


@pytest.mark.parametrize(
    ("count", "colour"), [(-1, "grid"), (0, "paper"), (1, "rate_low"), (3, "rate")]
)
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_none_one_and_all_active_have_the_colours_of_the_legend(
    count: int, colour: str, theme: Any
) -> None:
    cells = trace(collapse_map(COLLAPSE, theme), "active units")
    level = (count - cells["zmin"]) / (cells["zmax"] - cells["zmin"])
    stops = [(at, name) for at, name in cells["colorscale"] if abs(at - level) < 2e-6]
    assert stops
    assert {name for _, name in stops} == {getattr(theme, colour)}


@pytest.mark.parametrize("most", [1, 2, 16, 40])
def test_the_stops_of_the_colours_rise_for_any_latent_size(most: int) -> None:
    cells = trace(collapse_map(dataclasses.replace(COLLAPSE, most=most), LIGHT), "active units")
    at = [float(stop) for stop, _ in cells["colorscale"]]
    assert at == sorted(at)
    assert (at[0], at[-1]) == (0, 1)


def test_line_i_is_upright_at_its_eigenvalue_from_the_size_i_on() -> None:
    line = trace(collapse_map(COLLAPSE, LIGHT), "linear VAE: λᵢ")
    assert line["x"][::3] == list(LINES)
    assert line["x"][1::3] == list(LINES)
    assert line["y"][::3] == [0.5, 1.5, 2.5]
    assert line["y"][1::3] == [3.5] * 3
    assert line["y"][2::3] == [None] * 3


def test_over_beta_and_sigma2_every_point_of_line_i_has_its_eigenvalue() -> None:
    line = trace(collapse_map(KNOBS, LIGHT), "linear VAE: λᵢ")
    ends = [(x, y) for x, y in zip(line["x"], line["y"], strict=True) if y is not None]
    np.testing.assert_allclose([x * y for x, y in ends], np.repeat(LINES, 2))


@pytest.mark.parametrize("record", [COLLAPSE, KNOBS], ids=["tau", "beta"])
def test_the_current_point_is_on_its_level(record: CollapsePlane) -> None:
    spec = collapse_map(record, LIGHT)
    here, level = trace(spec, "you are here"), trace(spec, "our τ")
    assert (here["x"], here["y"], here["text"]) == ([record.at[0]], [record.at[1]], ["τ = 0.05"])
    products = np.array(level["x"]) * (np.array(level["y"]) if record is KNOBS else 1)
    np.testing.assert_allclose(products, 0.05)


def test_the_title_counts_both_and_the_axes_name_their_settings() -> None:
    meta = collapse_map(COLLAPSE, LIGHT).layout["meta"]
    assert meta["title"] == "2 of 3 active (Var μ > 0.01); the linear VAE: 2"
    assert meta["go"] == {"x": "tau", "y": "d"}
    assert collapse_map(KNOBS, LIGHT).layout["meta"]["go"] == {"x": "beta", "y": "sigma2"}
    higher = dataclasses.replace(COLLAPSE, tau=0.5)  # at λ itself a dimension is no longer active
    assert collapse_map(higher, LIGHT).layout["meta"]["title"].endswith("the linear VAE: 1")


def test_without_eigenvalues_the_linear_vae_is_not_named() -> None:
    cells = dataclasses.replace(OVER_TAU, lines=np.zeros(0))
    spec = collapse_map(dataclasses.replace(COLLAPSE, cells=cells, symbol="β"), LIGHT)
    assert "linear" not in str(spec.layout["meta"])
    assert [t["name"] for t in spec.data] == ["active units", "our β", "you are here"]
    assert spec.layout["xaxis"]["title"]["text"] == "β"


def test_names_of_lines_keep_apart() -> None:
    values = np.geomspace(2.0, 0.05, 40)
    for record in (COLLAPSE, KNOBS):
        cells = dataclasses.replace(record.cells, lines=values)
        aside = dataclasses.replace(record, cells=cells, tau=9.0, at=(9.0, record.at[1]))
        names = trace(collapse_map(aside, LIGHT), "eigenvalues")
        apart = -np.diff(np.log10(names["x"])) / 5
        assert 3 < len(names["x"]) < 30
        assert (apart > 0.035).all()


@pytest.mark.parametrize("record", [COLLAPSE, KNOBS], ids=["over τ", "over β"])
@pytest.mark.parametrize("tau", np.geomspace(0.002, 5, 9))
def test_our_line_runs_through_no_name(record: CollapsePlane, tau: float) -> None:
    """A name takes 0.06 of the axis: to the left of its upright line, or half to each side of
    it.
    """
    upright = record is COLLAPSE
    cells = dataclasses.replace(record.cells, lines=np.geomspace(2.0, 0.005, 40))
    at = (tau, 3.0) if upright else record.at
    spec = collapse_map(dataclasses.replace(record, cells=cells, tau=tau, at=at), LIGHT)
    names, line = trace(spec, "eigenvalues"), trace(spec, "our τ")
    places, heights = np.log10(names["x"]), np.log10(names["y"])
    (x0, x1), (y0, y1) = np.log10(line["x"]), np.log10(line["y"])
    crossing = x0 + (heights - y0) / (y1 - y0) * (
        x1 - x0
    )  # where the line is at each name's height
    off = (places - crossing) / np.ptp(spec.layout["xaxis"]["range"])
    low, high = (0.0, 0.06) if upright else (-0.03, 0.03)
    assert len(off)
    assert not ((off > low) & (off < high)).any()


def test_where_the_model_does_not_go_the_mark_is_the_networks() -> None:
    assert trace(collapse_map(COLLAPSE, LIGHT), "you are here")["text"] == ["τ = 0.05"]
    spec = collapse_map(dataclasses.replace(COLLAPSE, away=True), LIGHT)
    assert trace(spec, "you are here")["text"] == ["network: τ = 0.05"]
    assert "The network is at τ = 0.05: 2 of 3" in spec.layout["meta"]["alt"]


@pytest.mark.parametrize(("at", "side"), [(1.0, "top"), (3.0, "bottom")])
def test_the_name_of_our_place_stays_within_the_axes(at: float, side: str) -> None:
    spec = collapse_map(dataclasses.replace(COLLAPSE, at=(0.05, at)), LIGHT)
    assert trace(spec, "you are here")["textposition"] == f"{side} right"


@pytest.mark.parametrize(("most", "stride"), [(3, 1), (8, 1), (9, 2), (16, 2), (17, 4)])
def test_latent_sizes_have_ticks_at_every_one_or_few(most: int, stride: int) -> None:
    cells = dataclasses.replace(
        OVER_TAU, up=np.arange(1.0, most + 1), counts=np.zeros((most, len(TAUS)))
    )
    y = collapse_map(dataclasses.replace(COLLAPSE, cells=cells), LIGHT).layout["yaxis"]
    assert (y["dtick"], y["tick0"], y["range"]) == (stride, 0, [0.5, most + 0.5])


def test_one_latent_size_has_a_row_of_one() -> None:
    cells = dataclasses.replace(OVER_TAU, up=np.ones(1), counts=np.zeros((1, len(TAUS))))
    spec = collapse_map(dataclasses.replace(COLLAPSE, cells=cells), LIGHT)
    assert list(trace(spec, "active units")["y"]) == [0.5, 1.5]


def test_ticks_are_the_powers_of_ten_within_the_cells() -> None:
    over_tau, over_beta = (collapse_map(record, LIGHT).layout for record in (COLLAPSE, KNOBS))
    assert over_tau["xaxis"]["tickvals"] == pytest.approx([1e-3, 1e-2, 0.1, 1, 10])
    assert over_beta["xaxis"]["tickvals"] == pytest.approx([1e-3, 1e-2, 0.1, 1, 10, 100])
    assert over_beta["yaxis"]["tickvals"] == pytest.approx([1e-4, 1e-3, 1e-2, 0.1, 1, 10])


def test_names_of_lines_stand_at_their_foot_or_near_their_upper_end() -> None:
    """Upright: where line i begins, but not below 7 % of the height. Falling: 5 % below the top."""
    upright = trace(collapse_map(COLLAPSE, LIGHT), "eigenvalues")
    assert upright["text"] == ["λ₁ ", "λ₂ ", "λ₃ "]
    assert upright["x"] == list(LINES)
    assert upright["y"] == pytest.approx([0.5 + 0.07 * 3, 1.5, 2.5])
    aside = dataclasses.replace(KNOBS, tau=9.0)
    falling = trace(collapse_map(aside, LIGHT), "eigenvalues")
    assert np.log10(falling["y"]) == pytest.approx(1.5 - 0.05 * 6)
    named = np.array(falling["x"]) * np.array(falling["y"])
    assert named == pytest.approx([LINES["₁₂₃".index(t[1])] for t in falling["text"]])


def test_the_alt_text_states_the_spread_over_the_map() -> None:
    assert "Over the map from 3 down to 0" in collapse_map(COLLAPSE, LIGHT).layout["meta"]["alt"]


def test_of_one_unit_the_colours_stops_are_apart() -> None:
    cells = trace(collapse_map(dataclasses.replace(COLLAPSE, most=1), LIGHT), "active units")
    assert (np.diff([stop for stop, _ in cells["colorscale"]]) > 0).all()
    assert (cells["zmin"], cells["zmax"]) == (-1, 1)
