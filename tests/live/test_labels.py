"""Names of classes on a map, and how many points lie outside it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.live.test_drawing import figure, plane

SAME = [(200, 150)] * 10
NEAR = [(200 + 3 * (k % 4), 150 + 2 * k) for k in range(10)]
EDGE = [(21, 6), (24, 8), (419, 204), (900, -40)]


@pytest.mark.parametrize("places", [SAME, NEAR, EDGE], ids=["same", "near", "edge"])
def test_no_name_covers_another_and_all_are_inside(places: list[tuple[int, int]]) -> None:
    boxes = figure(
        """
        import { apart } from "./draw/labels.js";
        result = apart(given.places.map(([x, y]) => ({ x, y, w: 14, h: 19 })), f);
        """,
        places=places,
    )
    for n, a in enumerate(boxes):
        assert 20 <= a["x"] - 7 <= a["x"] + 7 <= 420
        assert 5 <= a["y"] - 9.5 <= a["y"] + 9.5 <= 205
        for b in boxes[:n]:
            assert abs(a["x"] - b["x"]) > 12 or abs(a["y"] - b["y"]) > 17


def test_a_name_that_has_room_stays_where_it_is() -> None:
    boxes = figure("""
        import { apart } from "./draw/labels.js";
        const at = [[60, 50], [200, 100], [200, 130]];
        result = apart(at.map(([x, y]) => ({ x, y, w: 14, h: 19 })), f).map(({ x, y }) => [x, y]);
    """)
    assert boxes == [[60, 50], [200, 100], [200, 130]]


def test_names_that_meet_keep_their_order() -> None:
    """At the origin the noise of a collapsed code must not make them change sides."""
    orders = [
        figure(
            """
            import { apart } from "./draw/labels.js";
            const boxes = given.xs.map((x, k) => ({ x, y: 100, w: 14, h: 19, k }));
            result = apart(boxes, f).sort((a, b) => a.x - b.x).map(({ k }) => k);
            """,
            xs=xs,
        )
        for xs in ([200, 200.5], [200.5, 200])
    ]
    assert orders[0] == orders[1]


NAMES = """
    const { x, y } = given;
    const text = x.map((_, k) => String(k));
    const traces = [{ type: "scatter", mode: "text", x, y, text,
      textfont: { size: 19, weight: 700, color: x.map(() => "red") },
      meta: { apart: true } }];
    paint(context, traces, { ...f, px: (v) => v, py: (v) => v, scale: 1, paper: "#ffffff" });
    result = context.of("fillText").map(({ at, fillStyle }) => [...at, fillStyle]);
"""


def test_classes_at_one_place_have_no_names() -> None:
    """A row of digits would read as their order along the axis."""
    places = [200 + 18.0 * k / 9 for k in range(10)]
    assert figure(NAMES, x=places, y=[100] * 10) == []
    assert len(figure(NAMES, x=[200, 260], y=[100, 100])) == 2


def test_a_name_far_from_its_class_is_left_out() -> None:
    """What is written stands within its size of where its codes are."""
    at = [200, 202, 204, 206, 208, 210, 212, 214, 300]
    drawn = figure(NAMES, x=at, y=[100] * 9)
    assert 2 < len(drawn) < 9
    assert "8" in [one[0] for one in drawn]  # it has room
    for name, left, y, _ in drawn:
        assert abs(y - 100) <= 19
        assert abs(left - at[int(name)]) <= 2 * 19


def test_class_names_stand_at_the_middle_of_their_points() -> None:
    drawn = plane("""
      plane.classNames(context, f, [0, 1, 2, -3, 1, 5, -1, -1], [0, 1, 0, 0], ["a", "b", "c"],
        colours);
      result = context.of("fillText").map(({ at: [text, x, y], fillStyle }) =>
        [text, f.x(x + 5), f.y(y), fillStyle]);
    """)
    assert [one[0] for one in drawn] == ["a", "b"]
    assert drawn[0][1:3] == pytest.approx([0, 1])
    assert drawn[1][1:3] == pytest.approx([2, -3])
    assert [one[3] for one in drawn] == ["#aa0000", "#00bb00"]


def test_a_class_far_outside_has_its_name_at_its_codes_inside_or_none() -> None:
    """A name at the edge would stand where the class has no code."""
    drawn = plane("""
      const at = [-40, 40, -40, 39, 1, -2, 50, 50];
      plane.classNames(context, f, at, [0, 0, 0, 1], ["a", "b"], colours);
      result = context.of("fillText").map(({ at: [text, x, y] }) => [text, f.y(y)]);
    """)
    assert drawn == [["a", pytest.approx(-2)]]


def test_names_keep_clear_of_what_is_fixed() -> None:
    """Such as the name of the axis in the corner."""
    first, other = figure("""
      import { apart } from "./draw/labels.js";
      const fixed = { x: 30, y: 15, w: 20, h: 20, fixed: true };
      result = apart([fixed, { x: 32, y: 15, w: 20, h: 20 }], f);
    """)
    assert (first["x"], first["y"]) == (30, 15)
    assert max(abs(other["x"] - 30), abs(other["y"] - 15)) >= 19.5


def texts(code: str, **given: Any) -> list[str]:
    return figure(code + "result = context.of('fillText').map(({ at: [text] }) => text);", **given)


def test_points_outside_the_axes_are_counted_at_each_side() -> None:
    """The axes reach from 0 to 4 and from −1 to 3; a letter is no point."""
    told = texts("""
      import { beyond } from "./draw/painter.js";
      const ids = (n) => Array.from({ length: n }, (_, k) => k);
      beyond(context, [
        { customdata: ids(4), x: [-1, -2, 5, 2], y: [0, 0, 0, 0] },
        { customdata: ids(3), x: [1, 1, 2], y: [4, -2, 1] },
        { customdata: ids(1), hoverinfo: "skip", x: [9], y: [9] },
        { x: [9], y: [9] },
      ], f, "#111111");
    """)
    assert told == ["2 outside", "1 outside", "1 outside", "1 outside"]


def test_nothing_is_said_where_all_points_are_inside() -> None:
    assert (
        texts("""
          import { beyond } from "./draw/painter.js";
          beyond(context, [{ customdata: [0, 1], x: [0, 4], y: [-1, 3] }], f, "#111111");
        """)
        == []
    )


def test_a_latent_map_counts_what_its_axes_leave_out() -> None:
    told = plane("""
      plane.beyond(context, f, [0, 0, -40, 1, 30, 2, 1, 50], colours);
      result = context.of("fillText").map(({ at: [text] }) => text);
    """)
    assert told == ["1 outside"] * 3


@pytest.mark.parametrize(("width", "height"), [(300, 300), (160, 300), (300, 90)])
def test_an_axis_title_is_no_longer_than_its_axis(width: int, height: int) -> None:
    sizes = figure(
        """
        import { fitting } from "./draw/compact.js";
        const range = [0, 1];
        const title = (text) => (
          { title: { text, font: { size: 16 } }, range, tickfont: { size: 16 } });
        const long = "μ<sub>1</sub> (prior standard deviations)";
        const axes = { margin: { l: 52, r: 8, t: 6, b: 44 }, xaxis: title(long),
          yaxis: title("nats per example") };
        fitting(axes, given.width, given.height);
        result = [axes.xaxis, axes.yaxis].map((axis) => axis.title.font.size);
        """,
        width=width,
        height=height,
    )
    rooms = (width - 44, height - 38)
    letters = (len("μ1 (prior standard deviations)"), len("nats per example"))
    for size, room, count in zip(sizes, rooms, letters, strict=True):
        assert size == pytest.approx(min(16, room / (0.48 * count)))


def test_a_class_name_keeps_clear_of_a_count() -> None:
    """A class whose middle is below the count of the points beyond the left side."""
    (words, beside), (name, below) = plane("""
      import { Beyond } from "./draw/labels.js";
      const out = new Beyond(f);
      out.add(f.left - 9, f.top + 9);
      const [box] = out.boxes(context);
      const at = [-40, 0, f.x(box.x), f.y(box.y)];
      plane.classNames(context, f, at, [0, 0], ["0"], colours);
      const [px, py] = context.of("fillText").at(-1).at.slice(1);
      result = [[box.w, box.h], [Math.abs(px - box.x), Math.abs(py - box.y)]];
    """)
    assert name >= words / 2 - 1 or below >= beside / 2 - 1
