"""The canvases, to scale: figures, maps and small plots, without a page."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.live.node import run

COLOURS = {
    "paper": "#ffffff",
    "ink": "#111111",
    "soft": "#222222",
    "grid": "#333333",
    "prior": "#444444",
    "posterior": "#555555",
    "rate": "#666666",
    "distortion": "#777777",
    "decoder": "#888888",
    "dead": "#999999",
    "classes": ["#aa0000", "#00bb00"],
}
PLANE = """
import { Recorder } from "./canvas.js";
import * as plane from "./draw/plane.js";
const context = new Recorder();
const f = plane.place(400, 300, { x: [-4, 4], y: [-4, 4] }, 1);
const colours = given.colours;
const data = ([, x, y, a, b]) => [f.x(x), f.y(y), a / f.k, b / f.k];
const back = (path) => path.map(([what, x, y]) => [what, f.x(x), f.y(y)]);
"""
FIGURE = """
import { Recorder } from "./canvas.js";
import { frame, nearest, paint } from "./draw/painter.js";
const context = new Recorder();
const margin = { l: 20, r: 10, t: 5, b: 15 };
const layout = { margin, xaxis: { range: [0, 4] }, yaxis: { range: [-1, 3] }, ...given.layout };
const f = frame(layout, 430, 220, given.scale ?? 1, "#ffffff");
"""


def plane(code: str, **given: Any) -> Any:
    return run(PLANE + code, colours=COLOURS, **given)


def figure(code: str, **given: Any) -> Any:
    return run(FIGURE + code, **given)


# maps of the latent space
# ------------------------------------------------------------------------------------------------


def test_the_priors_circles_are_at_one_and_two_standard_deviations() -> None:
    drawn = plane("""
      plane.circles(context, f, colours, [0.5, -1]);
      result = context.of("stroke").map(({ at, strokeStyle, dash }) =>
        [...data(at[0]), strokeStyle, dash.length]);
    """)
    prior = [one for one in drawn if one[4] == COLOURS["prior"]]
    assert [one[:4] for one in prior] == [[0.5, -1, 1, 1], [0.5, -1, 2, 2]]
    assert [one[5] for one in prior] == [0, 2]
    assert [one[:4] for one in drawn if one[4] == COLOURS["paper"]] == [p[:4] for p in prior]


def test_a_posteriors_ellipses_have_half_axes_of_one_and_two_sigma() -> None:
    drawn = plane("""
      plane.posterior(context, f, [1, 2], [0.5, 0.25], "A", colours);
      result = context.of("stroke").filter(({ at }) => at[0][0] === "ellipse")
        .map(({ at }) => data(at[0]));
    """)
    np.testing.assert_allclose(drawn, [[1, 2, 0.5, 0.25], [1, 2, 1, 0.5]])


def test_points_lie_where_their_codes_are_in_the_colour_of_their_class() -> None:
    drawn = plane("""
      plane.points(context, f, [0, 1, 2, -3, -1, 0.5], [0, 1, 2], colours);
      result = context.of("fill").map(({ at, fillStyle }) =>
        [fillStyle, at.filter(([what]) => what === "arc").map((arc) => data(arc).slice(0, 2))]);
    """)
    assert [colour for colour, _ in drawn] == COLOURS["classes"]
    np.testing.assert_allclose(drawn[0][1], [[0, 1], [-1, 0.5]])  # class 2 has the first colour
    np.testing.assert_allclose(drawn[1][1], [[2, -3]])


def test_a_maps_axes_are_equal_and_its_numbers_stand_at_their_lines() -> None:
    result = plane("""
      plane.axes(context, f, ["x", "y"], colours);
      const texts = context.of("fillText");
      const lines = context.of("stroke").map(({ at }) => back(at));
      result = { across: texts.filter(({ at }) => at[2] > f.top + f.height)
          .map(({ at: [text, x] }) => [text, f.x(x)]).slice(0, -1),
        up: texts.filter(({ at }) => at[1] < f.left).map(({ at: [text, , y] }) => [text, f.y(y)]),
        lines, units: [f.px(1) - f.px(0), f.py(0) - f.py(1)] };
    """)
    for numbers in (result["across"], result["up"]):
        assert len(numbers) >= 3
        for text, at in numbers:
            assert float(text.replace("−", "-")) == pytest.approx(at)
    assert result["units"][0] == pytest.approx(result["units"][1])
    assert len(result["lines"]) == len(result["across"]) + len(result["up"])
    for (_, x, _), (_, _, _) in result["lines"][: len(result["across"])]:
        assert min(abs(x - at) for _, at in result["across"]) < 1e-9


def test_a_contour_lies_where_the_grid_crosses_the_level() -> None:
    drawn = plane("""
      import { contour } from "./draw/contours.js";
      const z = Float32Array.from({ length: 35 }, (_, k) => (k % 7) + 10 * Math.floor(k / 7));
      z.shape = [5, 7];
      const grid = { z, x: [-3, 3], y: [-2, 2] };
      result = [21, 34.5].map((level) => {
        contour(context, f, grid, level);
        return back(context.path);
      });
    """)
    for level, path in zip((21, 34.5), drawn, strict=True):
        points = np.array([at for _, *at in path])
        assert len(points) >= 10
        np.testing.assert_allclose((points[:, 0] + 3) + 10 * (points[:, 1] + 2), level, atol=1e-5)
        assert points[:, 0].min() == pytest.approx(-3)
        assert points[:, 0].max() == pytest.approx(3)


def test_contours_are_drawn_at_each_of_their_levels_and_no_other() -> None:
    drawn = plane("""
      import { Pad } from "./panels/latent/pad.js";
      const z = Float32Array.from({ length: 25 }, (_, k) => k % 5);
      z.shape = [5, 5];
      const contours = { z, x: [-2, 2], y: [-2, 2], levels: [0.5, 2.25] };
      Pad.prototype.drawContours.call({ contours, colours }, context, f);
      result = context.of("stroke").filter(({ strokeStyle }) => strokeStyle === colours.posterior)
        .map(({ at }) => [...new Set(back(at).map(([, x]) => x.toFixed(3)))]);
    """)
    assert drawn == [["-1.500"], ["0.250"]]


def test_a_map_of_principal_axes_has_the_priors_centre_where_the_origin_falls() -> None:
    result = run("""
      import { projection } from "./panels/latent/projection.js";
      const model = { latent: 3, mu: new Float32Array(6) };
      const axes = Float32Array.of(0.6, 0.8, 0, 0, 0, 1), mean = Float32Array.of(0.5, 1, -2);
      const pca = { points: Float32Array.of(0, 0, 1, 1), axes, mean };
      const view = projection(model, pca, { map: "pca" });
      const z = new Float32Array(3);
      const centre = view.project(z, [0, 0]);
      view.lift(1.5, -0.5, z);
      const lifted = view.project(z, [0, 0]);
      result = { circles: view.circles, centre, lifted };
    """)
    np.testing.assert_allclose(result["circles"], result["centre"])
    np.testing.assert_allclose(result["centre"], [-1.1, 2], atol=1e-6)
    np.testing.assert_allclose(result["lifted"], [1.5, -0.5], atol=1e-6)


STRIP = """
      import { projection } from "./panels/latent/projection.js";
      const mu = Float32Array.of(-2, 0.5, 1, 2.5), labels = [0, 1, 1, 0];
      const model = { latent: 1, mu, labels, class_names: ["a", "b"] };
      const view = projection(model, null, { map: "dims", i: 1, j: 1 });
"""


def test_a_code_of_one_dimension_is_a_strip_with_a_row_per_class() -> None:
    result = run(
        STRIP
        + """
      const z = new Float32Array(1);
      view.lift(1.5, 2.75, z);
      result = { points: [...view.points], z: [...z], back: view.project(z, [9, 9]),
        names: view.names, dims: view.dims, circles: view.circles };
    """
    )
    x, y = result["points"][::2], result["points"][1::2]
    assert x == [-2, 0.5, 1, 2.5]
    assert min(y[0], y[3]) > 0 > max(y[1], y[2])  # the first class is the upper row
    assert len({*y}) == 4
    assert result["z"] == [1.5]  # the height of the pointer says nothing
    assert result["back"] == [1.5, 0]
    assert result["dims"] == [0]
    assert result["circles"] is None
    assert len({*result["names"]}) == 2


def test_a_strip_has_the_priors_deviations_and_posteriors_to_scale() -> None:
    drawn = plane("""
      plane.deviations(context, f, colours);
      const lines = context.of("stroke").filter((one) => one.strokeStyle === colours.prior)
        .map(({ at }) => [...new Set(back(at).map(([, x]) => Math.round(1000 * x) / 1000))]);
      plane.interval(context, f, 1, 0.25, -2, "A", colours);
      const ends = context.of("stroke").filter((one) => one.strokeStyle === colours.ink)
        .filter(({ at }) => at[0][0] === "moveTo").map(({ at }) => back(at).flat());
      plane.axes(context, f, ["x", "y"], colours, false);
      const up = context.of("fillText").filter(({ at }) => at[1] < f.left).length;
      result = { lines, ends, up };
    """)
    assert drawn["lines"] == [[-1, 1], [-2, 2]]
    places = [[x for x in line if not isinstance(x, str)] for line in drawn["ends"]]
    np.testing.assert_allclose(places, [[0.5, -2, 1.5, -2], [0.75, -2, 1.25, -2]])
    assert drawn["up"] == 0


# small plots
# ------------------------------------------------------------------------------------------------


def test_a_small_plot_reaches_from_its_lower_to_its_upper_end() -> None:
    result = run("""
      import { Recorder } from "./canvas.js";
      import { plot } from "./draw/lines.js";
      const context = new Recorder(), box = { left: 10, top: 20, width: 300, height: 150 };
      const says = { title: "t", low: -30, high: -10, x: [-4, 4], colours: {}, scale: 1 };
      const { px, py } = plot(context, box, [{ x: [-4, 4], y: [-30, -10], colour: "red" }], says);
      const curve = context.of("stroke").find(({ strokeStyle }) => strokeStyle === "red").at;
      const [, left, top, width, height] = context.of("stroke")[0].at[0];
      result = { curve, box: [left, top + 2, left + width, top + height - 2],
        texts: context.of("fillText").map(({ at: [text, , y] }) => [text, y]),
        middle: [px(0), py(-20)] };
    """)
    left, top, right, bottom = result["box"]
    assert [at for _, *at in result["curve"]] == [[left, bottom], [right, top]]
    assert result["middle"] == [(left + right) / 2, (top + bottom) / 2]
    (high, high_at), (low, low_at) = result["texts"][:2]
    assert (high, low) == ("−10", "−30")
    assert high_at < low_at


DENSITIES = """
import { Recorder } from "./canvas.js";
const context = new Recorder(), colours = given.colours;
const grid = Float32Array.from({ length: 161 }, (_, k) => (k - 80) / 20);
const narrow = (x) => Math.exp(-2 * x * x) / (0.5 * Math.sqrt(2 * Math.PI)); // N(0, 0.5²)
const tall = (path) => {
  const ys = path.filter(([what]) => what === "lineTo" || what === "moveTo").map(([, , y]) => y);
  return Math.max(...ys) - Math.min(...ys);
};
const curve = (colour) => context.of("stroke").find((one) => one.strokeStyle === colour).at;
"""
RATIO = 0.5  # of the height of N(0, 1) to that of N(0, 0.5²)


def test_the_prior_beside_the_aggregate_posterior_has_its_own_height() -> None:
    result = run(
        DENSITIES
        + """
      import { Aggregate } from "./panels/latent/aggregate.js";
      const q = Float32Array.from([...grid.map(narrow), ...grid.map((x) => narrow(x - 1))]);
      const page = { model: { order: [1, 0] }, colours, scale: 1,
        extras: { densities: { grid, q }, aggregate: { kl: [0.25, 0.5], error: [0.01, 0.02] } } };
      Aggregate.prototype.draw.call(Object.assign(Object.create(Aggregate.prototype), { page }),
        context, 600, 300);
      const peaks = context.of("stroke").filter((one) => one.strokeStyle === colours.posterior)
        .map(({ at }) => grid[at.map(([, , y]) => y).indexOf(Math.min(...at.map(([, , y]) => y)))]);
      result = { prior: tall(curve(colours.prior)), q: tall(curve(colours.posterior)), peaks,
        titles: context.of("fillText").map(({ at: [text] }) => text) };
    """,
        colours=COLOURS,
    )
    assert result["prior"] / result["q"] == pytest.approx(RATIO, rel=0.01)
    np.testing.assert_allclose(result["peaks"], [1, 0], atol=1e-6)  # in the model's order
    assert "z₂: 0.500 ± 0.020" in result["titles"]
    assert "z₁: 0.250 ± 0.010" in result["titles"]


def test_the_prior_under_a_slider_has_its_own_height_and_place() -> None:
    result = run(
        DENSITIES
        + """
      import { densities } from "./panels/latent/dimensions.js";
      const curve_ = grid.map((x) => narrow(x - 1));
      densities(context, 212, 50, { range: 4, grid, curve: curve_, dead: false, colours });
      const area = context.of("fill")[0];
      const top = (path) => path.reduce((best, at) => (at[2] < best[2] ? at : best));
      result = { prior: tall(curve(colours.prior)), q: tall(area.at.slice(0, -2)),
        at: [top(curve(colours.prior))[1], top(area.at)[1]], colour: area.fillStyle };
    """,
        colours=COLOURS,
    )
    assert result["prior"] / result["q"] == pytest.approx(RATIO, rel=0.01)
    np.testing.assert_allclose(result["at"], [106, 131], atol=0.1)  # 0 in the middle, 1 at 5/8
    assert result["colour"] == COLOURS["posterior"]


# figures
# ------------------------------------------------------------------------------------------------


def test_bars_stand_on_zero_centred_at_their_place_in_their_colours() -> None:
    drawn = figure("""
      const bar = { type: "bar", x: [1, 2, 3], y: [2, 0, 3], width: 0.5,
        marker: { color: ["red", "green", "blue"] } };
      paint(context, [bar], f);
      result = context.of("fillRect").map(({ at: [x, y, w, h], fillStyle }) =>
        [fillStyle, f.ux(x), f.ux(x + w), f.uy(y + h), f.uy(y), h]);
    """)
    assert [one[0] for one in drawn] == ["red", "green", "blue"]
    np.testing.assert_allclose(
        [one[1:3] for one in drawn], [[0.75, 1.25], [1.75, 2.25], [2.75, 3.25]]
    )
    np.testing.assert_allclose([drawn[0][3:5], drawn[2][3:5]], [[0, 2], [0, 3]], atol=1e-9)
    assert drawn[1][5] == 1  # a pixel shows where an empty bar stands


def test_a_logarithmic_axis_is_in_powers_of_ten() -> None:
    log = {"xaxis": {"type": "log", "range": [0, 4]}, "yaxis": {"type": "log", "range": [-1, 3]}}
    result = figure(
        """
      const middle = (a, b) => (a + b) / 2;
      result = { x: [f.px(100), middle(f.px(1), f.px(10000)), f.px(1)],
        y: [f.py(10), middle(f.py(0.1), f.py(1000)), f.py(0.1)],
        back: [f.ux(f.px(37)), f.uy(f.py(0.5))] };
    """,
        layout=log,
    )
    assert result["x"][0] == pytest.approx(result["x"][1])
    assert result["x"][2] == 20
    assert result["y"][0] == pytest.approx(result["y"][1])
    assert result["y"][2] == 220 - 15
    np.testing.assert_allclose(result["back"], [37, 0.5])


def test_a_frame_takes_its_margins_at_the_pages_scale_and_equal_axes_have_one_unit() -> None:
    result = figure(
        """
      const box = ({ left, top, width, height }) => [left, top, width, height];
      result = { box: box(f), units: [f.kx, f.ky], x: f.x, y: f.y };
    """,
        scale=2,
        layout={"meta": {"equal": True}},
    )
    assert result["box"] == [40, 10, 430 - 60, 220 - 40]
    assert result["units"][0] == pytest.approx(result["units"][1])
    assert sum(result["x"]) == pytest.approx(4)  # widened about its middle
    assert result["y"] == [-1, 3]


def test_a_line_has_a_gap_where_there_is_no_value_and_markers_their_radius() -> None:
    result = figure(
        """
      const line = { type: "scatter", mode: "lines+markers", x: [0, 1, 2, 3], y: [1, 1, null, 2],
        line: { color: "red", width: 3, dash: "dash" }, marker: { color: "blue", size: 8 } };
      paint(context, [line], f);
      const [drawn] = context.of("stroke"), [dots] = context.of("fill");
      result = { line: drawn.at.map(([what, x, y]) => [what, f.ux(x), f.uy(y)]),
        style: [drawn.lineWidth, drawn.dash], radius: dots.at.find(([what]) => what === "arc")[3],
        centre: f.ux(dots.at.filter(([what]) => what === "arc")[1][1]) };
    """,
        scale=2,
    )
    assert [what for what, _, _ in result["line"]] == ["moveTo", "lineTo", "moveTo"]
    np.testing.assert_allclose(
        [at for _, *at in result["line"]], [[0, 1], [1, 1], [3, 2]], atol=1e-9
    )
    assert result["style"] == [6, [16, 10]]
    assert result["radius"] == 8  # half of the size, at a scale of 2
    assert result["centre"] == pytest.approx(1)


HEAT = """
import { fakeDocument } from "./canvas.js";
fakeDocument();
const heat = (z, more) => ({ type: "heatmap", colorscale: [[0, "#000000"], [1, "#ffffff"]],
  z: Object.assign(Float32Array.from(z.flat()), { shape: [z.length, z[0].length] }), ...more });
const picture = (trace) => {
  paint(context, [trace], f);
  return [...context.of("drawImage").at(-1).at[0].words].map((word) => word & 0xff);
};
"""


def test_a_heat_maps_colours_go_from_zmin_to_zmax_the_first_row_lowest() -> None:
    result = figure(
        HEAT
        + """
      const trace = heat([[2, 3, 4], [2.5, 0, 9]], { zmin: 2, zmax: 4 });
      result = picture(trace);
    """
    )
    np.testing.assert_allclose(result, [64, 0, 255, 0, 128, 255], atol=1)


def test_the_same_numbers_in_other_colours_are_another_picture() -> None:
    first, again, wider, dark = figure(
        HEAT
        + """
      const trace = heat([[0, 1]], { zmin: 0, zmax: 1 });
      const other = { ...trace, colorscale: [[0, "#ffffff"], [1, "#000000"]] };
      result = [trace, trace, { ...trace, zmax: 2 }, other].map(picture);
    """
    )
    assert first == again == [0, 255]
    assert wider == pytest.approx([0, 128], abs=1)
    assert dark == [255, 0]


def test_a_heat_map_covers_its_cells_and_its_cells_are_found_again() -> None:
    result = figure(
        HEAT
        + """
      import { cell, middles } from "./draw/heatmap.js";
      const trace = heat([[1, 2, 3], [4, 5, 6]], { zmin: 0, zmax: 6, x: [1, 2, 3], y: [0, 2] });
      picture(trace);
      const [, x, y, w, h] = context.of("drawImage").at(-1).at;
      result = { box: [f.ux(x), f.ux(x + w), f.uy(y + h), f.uy(y)], middles: middles(trace, f),
        hit: cell(trace, f, f.px(2.2), f.py(1.5)), none: cell(trace, f, f.px(0.3), f.py(0)) };
    """
    )
    np.testing.assert_allclose(result["box"], [0.5, 3.5, -1, 3], atol=0.02)
    np.testing.assert_allclose(result["middles"]["xs"], [1, 2, 3])
    np.testing.assert_allclose(result["middles"]["ys"], [0, 2], atol=1e-9)
    assert (result["hit"]["value"], round(result["hit"]["x"]), round(result["hit"]["y"])) == (
        5,
        2,
        2,
    )
    assert result["none"] is None


@pytest.mark.parametrize(
    ("trace", "at", "words"),
    [
        (
            {"type": "bar", "name": "KL", "y": [0.7, 2], "text": ["0.70", "2.00"]},
            (2, 1),
            "KL: 2.00 at 2",
        ),
        ({"mode": "markers", "name": "7"}, (1.02, 2.03), "example 4, class 7: (1.00, 2.00)"),
        ({"mode": "lines", "name": "R", "customdata": None}, (2, 1), "R: (2.00, 1.00)"),
        ({"hoverinfo": "skip"}, (1, 2), None),
        ({}, (3.5, 0), None),
    ],
)
def test_the_line_beside_the_pointer_names_the_mark_under_it(
    trace: dict[str, Any], at: tuple[float, float], words: str | None
) -> None:
    full = {"type": "scatter", "x": [1, 2], "y": [2, 1], "customdata": [4, 5], **trace}
    result = figure(
        """
      import { describe } from "./draw/hover.js";
      const hit = nearest([given.trace], f, f.px(given.at[0]), f.py(given.at[1]));
      result = hit && describe(hit);
    """,
        trace=full,
        at=at,
    )
    assert result == words


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "KL: 0.0500 at (2, 1)"),
        ({"hovertemplate": "%{z} nats at τ = %{x}, d = %{y}"}, "0.05 nats at τ = 2, d = 1"),
        ({"hovertemplate": "%{z}", "meta": {"lacking": "not covered"}}, "0.05"),
    ],
)
def test_a_cell_shows_its_value_by_its_template(more: dict[str, Any], words: str) -> None:
    code = """
      import { describe } from "./draw/hover.js";
      const trace = { type: "heatmap", name: "KL", ...given.more };
      result = [0.05, -1].map((value) => describe({ trace, x: 2, y: 1, value }));
    """
    value, lacking = run(code, more=more)
    assert value == words
    if "meta" in more:
        assert lacking == "not covered"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "error left: 0.05 at 2"),
        ({"hovertemplate": "component %{x}: %{text} left"}, "component 2: 0.05 left"),
        ({"hovertemplate": "z%{customdata}: %{text}", "customdata": [7, 8]}, "z8: 0.05"),
    ],
)
def test_a_bar_tells_its_value_by_its_own_template(more: dict[str, Any], words: str) -> None:
    code = """
      import { describe } from "./draw/hover.js";
      const trace = { type: "bar", name: "error left", text: ["1", "0.05"], ...given.more };
      result = describe({ trace, index: 1, x: 2, y: 1 });
    """
    assert run(code, more=more) == words


# images
# ------------------------------------------------------------------------------------------------


def test_a_mosaics_images_stand_row_by_row_under_their_names() -> None:
    result = run("""
      import { fakeDocument, Recorder } from "./canvas.js";
      import { Images } from "./panels/images.js";
      fakeDocument();
      globalThis.getComputedStyle = () => ({ color: "black" });
      const context = new Recorder();
      const row = (first) => Uint8Array.from({ length: 12 }, (_, k) => first + k);
      const pixels = [row(0), row(12)];
      const images = { rows: 2, columns: 3, h: 2, w: 2, row_names: ["x", "y"], pixels };
      Images.prototype.paint.call({ images, page: { scale: 1 }, host: null }, context, 318, 204);
      const drawn = context.of("drawImage");
      const greys = ({ at: [tile] }) => [...tile.words].map((word) => word & 0xff);
      result = { words: [drawn[0], drawn[3]].map(greys),
        from: drawn.map(({ at: [, x, y, w, h] }) => [x, y, w, h]),
        to: drawn.map(({ at }) => at.slice(5)),
        names: context.of("fillText").map(({ at: [text, , y] }) => [text, y]) };
    """)
    assert result["words"] == [list(range(12)), list(range(12, 24))]  # a tile per row
    assert result["from"] == [[0, 2 * k, 2, 2] for _ in range(2) for k in range(3)]
    side = 98  # a third of the width beside the names, without the gap, is 98; half the height 100
    left = [18 + k * 100 for k in range(3)]
    assert result["to"] == [[x, y, side, side] for y in (0, 100) for x in left]
    assert result["names"] == [["x", side / 2], ["y", 100 + side / 2]]


def test_rows_that_may_fold_keep_their_pairs_one_under_the_other() -> None:
    result = run("""
      import { cells } from "./draw/mosaic.js";
      result = cells(2, 4, 200, 400, 0, true).map(({ left, top, side, first }) =>
        [left / side, top / side, first]);
    """)
    assert [at[:2] for at in result[:4]] == [[0, 0], [1, 0], [0, 2], [1, 2]]
    assert [at[:2] for at in result[4:]] == [[0, 1], [1, 1], [0, 3], [1, 3]]
    assert [at[2] for at in result] == [True, False, True, False] * 2


def test_a_decoded_picture_has_its_greys_between_low_and_high() -> None:
    result = run("""
      import { Picture } from "./draw/picture.js";
      const words = new Uint32Array(6);
      new Picture({ shape: [2, 3], low: -1, high: 1 }).write([-1, 1, 0, -9, 9, 0.5], words);
      result = [...words].map((word) => [word & 0xff, (word >>> 8) & 0xff, word >>> 24]);
    """)
    assert [grey for grey, _, _ in result] == [0, 255, 128, 0, 255, 191]
    assert all(red == green and alpha == 255 for red, green, alpha in result)


def test_a_decoded_point_lies_in_the_plane_of_the_data_upwards() -> None:
    result = run(
        """
      import { Picture } from "./draw/picture.js";
      const words = new Uint32Array(64 * 64);
      const x = Float32Array.of(0, 0);
      const picture = new Picture({ shape: [2], low: 0, high: 1, x }, given.colours);
      const dot = (0xff000000 | 0x888888) >>> 0;
      result = [[0.5, 0.5], [1, 0], [0, 1]].map((at) => {
        picture.write(at, words);
        const inked = [...words.keys()].filter((k) => words[k] === dot);
        const mean = (of) => inked.reduce((sum, k) => sum + of(k), 0) / inked.length;
        return [mean((k) => k % 64), mean((k) => Math.floor(k / 64))];
      });
    """,
        colours=COLOURS,
    )
    middle, right, top = result
    assert middle == [32, 31]
    assert right[0] > 55 < right[1]
    assert top[0] < 9 > top[1]


def test_the_wash_of_the_holes_is_deepest_where_the_data_are_far() -> None:
    result = run("""
      import { fakeDocument } from "./canvas.js";
      import { lookup, wash } from "./panels/latent/coast.js";
      fakeDocument();
      const z = Object.assign(Float32Array.of(0, 1, 2, 4), { shape: [2, 2] });
      const grid = { z, far: 4, x: [-1, 1], y: [-1, 1] };
      result = { alpha: [...wash(grid, "#0080ff").words].map((word) => word >>> 24),
        at: [[-1, -1], [1, -1], [-1, 1], [1, 1], [3, 0]].map(([x, y]) => lookup(grid, x, y)) };
    """)
    upper, lower = result["alpha"][:2], result["alpha"][2:]
    assert upper == pytest.approx([140 * 0.5**1.5, 140], abs=1)
    assert lower == pytest.approx([0, 140 * 0.25**1.5], abs=1)
    assert result["at"] == [0, 1, 2, 4, None]


def test_the_distance_at_the_pointer_is_that_to_the_nearest_compared_picture() -> None:
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (40, 100), dtype=np.uint8)
    x = -1 + 2 * rng.random((5, 100))
    result = run(
        """
      import { closest } from "./panels/latent/coast.js";
      const pictures = given.pictures.flat();
      result = given.x.map((x) => closest(x, pictures, [10, 40], { low: -1, high: 1 }));
        """,
        x=x.tolist(),
        pictures=pictures.tolist(),
    )
    data = -1 + 2 / 255 * pictures[10:].astype(float)
    exact = np.linalg.norm(x[:, None] - data, axis=-1).min(1)
    np.testing.assert_allclose(result, exact, rtol=1e-6)


# files
# ------------------------------------------------------------------------------------------------


def test_an_svg_has_the_same_shapes_as_the_canvas() -> None:
    text = plane("""
      import { Sheet } from "./draw/sheet.js";
      const sheet = new Sheet(400, 300);
      plane.within(sheet, f, () => plane.circles(sheet, f, colours));
      sheet.fillStyle = "#123456";
      sheet.font = "700 20px x";
      Object.assign(sheet, { textAlign: "right", textBaseline: "middle" });
      sheet.fillText("a < b", 10, 20);
      result = { text: sheet.text(), k: f.k };
    """)
    svg, k = text["text"], text["k"]
    for radius in (k, 2 * k):
        r, d = (f"{value:.2f}".rstrip("0").rstrip(".") for value in (radius, 2 * radius))
        assert svg.count(f"a{r},{r} 0 1 1 {d},0a{r},{r} 0 1 1 -{d},0Z") == 2  # on paper, in colour
    assert 'stroke-dasharray="2 4"' in svg
    assert 'y="27"' in svg
    assert 'text-anchor="end" fill="#123456">a &lt; b</text>' in svg
    assert svg.count("<g ") == svg.count("</g>") == 1


@pytest.mark.parametrize("steps", [100, 400, 1200, 1500, 2000])
@pytest.mark.parametrize("width", [150, 200, 300])
def test_no_number_of_a_small_axis_lies_under_its_name(steps: int, width: int) -> None:
    """Two or more numbers, apart, and the last one ends where "step" begins or before."""
    found = run(
        """
import { compacted } from "./draw/compact.js";
const axis = (text, range) => ({ title: { text, font: { size: 16 } }, range });
const layout = {
  margin: { l: 52, r: 20, t: 5, b: 30 },
  meta: {},
  xaxis: axis("step", [0, given.steps]),
  yaxis: axis("R (nats)", [0, 5]),
};
result = compacted(layout, given.width, 120, 1).xaxis.tickvals;
""",
        steps=steps,
        width=width,
    )
    assert len(found) >= 2
    assert found[0] == 0
    length = width - 72
    assert found[1] / steps * length > 4 + 4 * len(f"{found[1]:g}")
    assert found[-1] / steps * length + 4 * len(f"{found[-1]:g}") <= length + 20 - 30  # the margin
