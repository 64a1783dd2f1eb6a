"""The figures over steps: values at their steps, moves at theirs, no NaN."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tests.figures.learners import MOVES
from tests.figures.over_steps import GRADIENTS, HEAT, LOSS, RATE
from vaeviz.figures.gradient_norms import gradient_norms
from vaeviz.figures.kl_heat import kl_heat
from vaeviz.figures.loss_curves import loss_curves
from vaeviz.figures.over_steps import labels, line, number
from vaeviz.figures.rate_curve import rate_curve
from vaeviz.figures.theme import LIGHT, Spec
from vaeviz.live.message import pack
from vaeviz.records import Move

DRAWN: list[tuple[Any, Any]] = [
    (loss_curves, LOSS),
    (rate_curve, RATE),
    (kl_heat, HEAT),
    (gradient_norms, GRADIENTS),
]
each = pytest.mark.parametrize(("draw", "record"), DRAWN, ids=lambda x: getattr(x, "__name__", ""))


def trace(spec: Spec, name: str) -> dict[str, Any]:
    return next(t for t in spec.data if t["name"] == name)


def title(spec: Spec) -> str:
    return spec.layout["meta"]["title"]


@each
def test_every_move_is_marked_at_its_step_over_the_whole_height(draw: Any, record: Any) -> None:
    spec = draw(record, LIGHT)
    marks = trace(spec, "moves")
    low, high = spec.layout["yaxis"]["range"]
    ends = np.reshape(marks["y"], (-1, 2))
    np.testing.assert_array_equal(marks["x"], np.repeat([m.step for m in MOVES], 2))
    assert (ends.min(axis=1) < low).all()
    assert (ends.max(axis=1) > high).all()
    for here, after in pairwise(ends):  # so that the way from mark to mark is out of sight
        assert here[1] == after[0]


@each
def test_without_moves_there_are_no_marks(draw: Any, record: Any) -> None:
    assert not [
        t for t in draw(dataclasses.replace(record, moves=()), LIGHT).data if "moves" in t["name"]
    ]


@each
def test_numbers_that_are_none_never_reach_a_figure(draw: Any, record: Any) -> None:
    bad: dict[str, Any] = {}
    for name, value in vars(record).items():
        if isinstance(value, np.ndarray) and name != "step":
            bad[name] = value.astype(float).copy()
            bad[name][::3], bad[name][1::3] = np.nan, np.inf
    pack({"bad": draw(dataclasses.replace(record, **bad), LIGHT)})
    gone = {name: np.full_like(value, np.nan) for name, value in bad.items()}
    spec = draw(dataclasses.replace(record, **gone), LIGHT)
    pack({"gone": spec})
    spec.draw()


@each
def test_before_the_first_step_there_is_an_empty_figure(draw: Any, record: Any) -> None:
    none = {n: v[:0] for n, v in vars(record).items() if isinstance(v, np.ndarray)}
    spec = draw(dataclasses.replace(record, **none, moves=()), LIGHT)
    pack({"empty": spec})
    spec.draw()
    assert "nan" not in title(spec) + spec.layout["meta"]["alt"]


def test_the_loss_curves_are_d_and_minus_the_elbo() -> None:
    spec = loss_curves(LOSS, LIGHT)
    d, e = trace(spec, "D"), trace(spec, "−ELBO")
    np.testing.assert_array_equal(d["x"], LOSS.step)
    np.testing.assert_allclose(d["y"], LOSS.distortion)
    np.testing.assert_allclose(e["y"], LOSS.distortion + RATE.rate)
    assert title(spec) == "−ELBO of batches rests at 15.2: D 5.54 + R 9.64"


def test_a_plain_autoencoder_has_no_bound() -> None:
    spec = loss_curves(dataclasses.replace(LOSS, variational=False), LIGHT)
    assert [t["name"] for t in spec.data if t["mode"] == "lines"] == ["moves", "D"]
    assert "no rate" in title(spec)
    assert "ELBO" not in spec.layout["meta"]["alt"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.linspace(50, 20, 40), "falls to 20"),
        (np.linspace(20, 50, 40), "rises to 50"),
        (np.full(40, 30.0), "rests at 30"),
        (np.array([30.0]), "is 30"),
    ],
)
def test_the_title_says_where_the_loss_is_going(values: np.ndarray, words: str) -> None:
    step = np.arange(len(values)) + 1.0
    record = dataclasses.replace(LOSS, step=step, distortion=values, elbo=-values)
    assert words in title(loss_curves(record, LIGHT))


def test_a_value_far_out_is_drawn_out_of_sight_and_can_be_sent() -> None:
    d = LOSS.distortion.copy()
    d[0] = 1e300
    y = trace(loss_curves(dataclasses.replace(LOSS, distortion=d), LIGHT), "D")["y"]
    assert 600 < y[0] < 1e5
    np.testing.assert_array_equal(y[1:], d[1:])


def test_labels_name_the_setting_and_its_value() -> None:
    (result,) = labels(MOVES, LIGHT, (0.0, 60.0), 200.0)
    assert result["text"] == [" β→4", " σ²→0.02", " lr→0.0003"]
    np.testing.assert_array_equal(result["x"], [40, 60, 64])
    assert len(set(result["y"])) == 3  # a line for each setting


def test_of_a_drag_the_end_is_named() -> None:
    drag = tuple(Move(40 + k, "beta", 1 + k / 10) for k in range(20))
    assert labels(drag, LIGHT, (0.0, 1.0), 1000.0)[0]["text"] == [" β→2.9"]
    far = (*drag, Move(500, "beta", 8.0))
    assert labels(far, LIGHT, (0.0, 1.0), 1000.0)[0]["text"] == [" β→2.9", " β→8"]


def test_active_units_are_read_on_the_scale_at_the_right() -> None:
    spec = rate_curve(RATE, LIGHT)
    units, scale = trace(spec, "active units, by height"), trace(spec, "units")
    heights = dict(zip([int(t) for t in scale["text"]], scale["y"], strict=True))
    assert set(heights) == {0, 2, 4}
    for count, height in zip(RATE.active, units["y"], strict=True):
        if int(count) in heights:
            assert height == pytest.approx(heights[int(count)])
    np.testing.assert_allclose(trace(spec, "R")["y"], RATE.rate)
    assert title(spec) == "R 9.64 nats, 4 of 4 units active"


def test_one_bright_cell_is_where_it_belongs() -> None:
    kl = np.zeros((25, 4))
    kl[7, 2] = 3.0
    cells = trace(kl_heat(dataclasses.replace(HEAT, kl=kl), LIGHT), "KL (nats)")
    row, column = np.unravel_index(np.argmax(cells["z"]), cells["z"].shape)
    assert cells["z"].shape == (4, 25) == (len(cells["y"]), len(cells["x"]))
    assert (cells["y"][row], cells["x"][column], cells["z"][row, column]) == (3, HEAT.step[7], 3.0)


def test_a_steps_cells_that_are_no_numbers_leave_a_gap_and_shift_nothing() -> None:
    kl = HEAT.kl.copy()
    kl[3, 1] = np.nan
    cells = trace(kl_heat(dataclasses.replace(HEAT, kl=kl), LIGHT), "KL (nats)")
    np.testing.assert_array_equal(cells["x"], np.delete(HEAT.step, 3))
    np.testing.assert_array_equal(cells["z"].T, np.delete(kl, 3, axis=0))


def test_the_colour_of_the_threshold_lies_at_the_threshold() -> None:
    cells = trace(kl_heat(HEAT, LIGHT), "KL (nats)")
    (zero, paper), (at, low), (one, top) = cells["colorscale"]
    assert (zero, one) == (0, 1)
    assert cells["zmin"] + at * (cells["zmax"] - cells["zmin"]) == pytest.approx(HEAT.threshold)
    assert (paper, low, top) == (LIGHT.paper, LIGHT.rate_low, LIGHT.rate)


@pytest.mark.parametrize(
    ("last", "words"),
    [
        ([0.0, 0.1, 3.0, 0.09], "2 of 4 collapsed"),
        ([0] * 4, "All of 4 collapsed"),
        ([1] * 4, "None of 4 collapsed"),
    ],
)
def test_the_heat_map_says_who_is_alive_now(last: list[float], words: str) -> None:
    kl = HEAT.kl.copy()
    kl[-1] = last
    assert words in title(kl_heat(dataclasses.replace(HEAT, kl=kl), LIGHT))


def test_the_heat_maps_alt_text_names_the_living() -> None:
    kl = np.zeros((25, 4))
    kl[5, :3], kl[-1, [0, 2]] = 1.0, 0.5
    alt = kl_heat(dataclasses.replace(HEAT, kl=kl), LIGHT).layout["meta"]["alt"]
    assert "Not collapsed at step 100: 1, 3; the most at any step: 3" in alt


def test_gradients_are_drawn_as_powers_of_ten_where_they_were_measured() -> None:
    spec = gradient_norms(GRADIENTS, LIGHT)
    curve = trace(spec, "log10 ‖∇D‖")
    np.testing.assert_array_equal(curve["x"], GRADIENTS.step[::2])
    np.testing.assert_allclose(10 ** curve["y"], GRADIENTS.distortion[::2])
    np.testing.assert_allclose(10 ** trace(spec, "log10 ‖∇βR‖")["y"], GRADIENTS.rate[::2])
    axis = spec.layout["yaxis"]
    assert dict(zip(axis["tickvals"], axis["ticktext"], strict=True))[-2] == "10<sup>−2</sup>"
    assert title(spec) == "D pulls 20× as hard as βR on the encoder"


@pytest.mark.parametrize(
    ("distortion", "rate", "words"),
    [
        (3.0, 0.0, "Only D pulls"),
        (0.0, 2.0, "Only βR pulls"),
        (0.0, 0.0, "Nothing pulls"),
        (1.0, 1.1, "equally hard"),
        (1.0, 4.0, "βR pulls 4.0× as hard as D"),
        (0.3, 0.0, "Only D pulls"),
        (1.2, 1.0, "equally hard"),
        (1.3, 1.0, "D pulls 1.3× as hard"),
        (12.4, 1.0, "D pulls 12.4× as hard"),
        (124.4, 1.0, "D pulls 124× as hard"),
        (9.96, 1.0, "D pulls 10.0× as hard"),
    ],
)
def test_the_gradients_title_names_the_stronger_term(
    distortion: float, rate: float, words: str
) -> None:
    pair = {"distortion": np.array([np.nan, distortion]), "rate": np.array([np.nan, rate])}
    record = dataclasses.replace(GRADIENTS, step=np.array([1.0, 2.0]), **pair)
    assert words in title(gradient_norms(record, LIGHT))


@pytest.mark.parametrize("limits", [(-2.0, 1.0), (0.0, 1.0), (-30.0, 30.0)])
def test_there_are_few_ticks_and_at_least_two(limits: tuple[float, float]) -> None:
    axis = gradient_norms(dataclasses.replace(GRADIENTS, limits=limits), LIGHT).layout["yaxis"]
    assert 2 <= len(axis["tickvals"]) <= 4
    assert all(limits[0] <= k <= limits[1] for k in axis["tickvals"])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.234, "1.23"),
        (-12.34, "−12.3"),
        (12345.6, "12,346"),
        (1234.5, "1,234"),
        (999.94, "999.9"),
        (9.994, "9.99"),
        (10.04, "10.0"),
        (1e30, "1.0e+30"),
        (np.nan, "not finite"),
    ],
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert number(value) == text


def test_marks_and_labels_are_placed_by_the_axis() -> None:
    """Marks reach one height beyond it; labels stand 9 % below its top, and 16 % a line."""
    limits = (20.0, 80.0)
    record = dataclasses.replace(LOSS, limits=limits)
    assert trace(loss_curves(record, LIGHT), "moves")["y"].tolist() == [
        -40,
        140,
        140,
        -40,
        -40,
        140,
    ]
    heights = [80 - 60 * (0.09 + 0.16 * row) for row in range(3)]
    np.testing.assert_allclose(labels(MOVES, LIGHT, limits, 200.0)[0]["y"], heights)


def test_what_is_far_out_is_drawn_a_hundred_heights_away() -> None:
    limits, d = (20.0, 80.0), LOSS.distortion.copy()
    d[:2] = 1e300, -1e300
    y = trace(loss_curves(dataclasses.replace(LOSS, distortion=d, limits=limits), LIGHT), "D")["y"]
    assert y[:2].tolist() == [80 + 6000, 20 - 6000]


@pytest.mark.parametrize(("second", "named"), [(240, 2), (239, 1)])
def test_labels_of_one_setting_keep_a_seventh_of_the_axis_apart(second: int, named: int) -> None:
    moves = (Move(100, "beta", 2.0), Move(second, "beta", 3.0))
    assert len(labels(moves, LIGHT, (0.0, 1.0), 1000.0)[0]["text"]) == named


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([30.0] * 38 + [28.7] * 2, "rests"),  # 2 % of the axis, 1.2, is the least that counts
        ([30.0] * 36 + [28.7] * 4, "falls"),
        ([30.0] * 36 + [28.9] * 4, "rests"),
        ([30.0] * 39 + [20.0], "rests"),  # one of the newest tenth
        ([30.0, 30, 30, 20, 30], "rises"),
        ([30.0, 20.0], "falls"),
        ([np.nan] + [30.0] * 39, "rests"),
        ([30.0] * 32 + [np.nan] + [30.0] * 7, "is"),
        ([30.0] * 31 + [np.nan] + [30.0] * 8, "rests"),
    ],
)
def test_the_trend_is_the_newest_tenth_against_the_tenth_before(
    values: list[float], words: str
) -> None:
    d, step = np.array(values), np.arange(len(values)) + 1.0
    for limits in ((0.0, 60.0), (20.0, 80.0)):
        record = dataclasses.replace(LOSS, step=step, distortion=d, elbo=-d, limits=limits)
        assert f"−ELBO of batches {words} " in title(loss_curves(record, LIGHT))


def test_the_losss_words_are_its_newest_numbers() -> None:
    """D = 80 exp(-step/20) + 5 and R = 10 (1 - exp(-step/30)), at steps 4 and 100."""
    meta = loss_curves(LOSS, LIGHT).layout["meta"]
    assert meta["short"] == "Last batch: −ELBO 15.2, D 5.54"
    assert meta["alt"] == (
        "Loss after 25 recorded steps, at step 100: D 5.54, −ELBO 15.2 nats; at step 4, D was 70.5."
    )


def test_active_units_have_the_whole_height_for_all_dimensions() -> None:
    """2 of 8 units stand at a quarter of 0 … 12, however few were ever active."""
    record = dataclasses.replace(RATE, active=np.append(np.full(24, 2.0), 3.0), dimensions=8)
    spec = rate_curve(record, LIGHT)
    np.testing.assert_allclose(trace(spec, "active units, by height")["y"][:-1], 3.0)
    scale = trace(spec, "units")
    assert list(zip(scale["x"], scale["y"], scale["text"], strict=True)) == [
        (200, 0, " 0"),
        (200, 6, " 4"),
        (200, 12, " 8"),
    ]
    assert title(spec) == "R 9.64 nats, 3 of 8 units active"
    assert spec.layout["meta"]["short"] == "R 9.64, 3 of 8 active"


def test_the_rates_alt_text_has_its_newest_and_its_highest() -> None:
    rate = RATE.rate.copy()
    rate[3] = 11.5
    alt = rate_curve(dataclasses.replace(RATE, rate=rate), LIGHT).layout["meta"]["alt"]
    assert alt == "Rate at step 100: 9.64 nats; the highest was 11.5. 4 of 4 units are active."


def test_the_heat_maps_values_keep_within_ten_times_its_top() -> None:
    kl = HEAT.kl.copy()
    kl[2], kl[3] = 1e30, -1.0
    cells = trace(kl_heat(dataclasses.replace(HEAT, kl=kl), LIGHT), "KL (nats)")
    assert set(cells["z"][:, 2]) == {10 * 4.0}
    assert set(cells["z"][:, 3]) == {0.0}
    assert (cells["zmin"], cells["zmax"]) == (0.0, 4.0)


def test_the_heat_maps_marks_reach_over_all_rows() -> None:
    assert set(trace(kl_heat(HEAT, LIGHT), "moves")["y"]) == {0.5 - 4, 4.5 + 4}


def test_the_gradients_alt_text_states_count_and_newest_pair() -> None:
    alt = gradient_norms(GRADIENTS, LIGHT).layout["meta"]["alt"]
    assert alt == (
        "Norms of the gradients on the encoder's weights, 13 measurements; the newest: 0.4 for D,"
        " 0.02 for βR."
    )


def test_one_measurement_is_a_dot_and_two_are_a_line() -> None:
    """A line through one point shows nothing."""
    step = np.array([0.0, 8.0])
    for count, mode in ((1, "markers"), (2, "lines")):
        made = line("D", step[:count], np.ones(count), "#123456", (0.0, 2.0))
        assert made["mode"] == mode


def test_where_the_rate_is_small_d_shows_beside_the_other_curve() -> None:
    spec = loss_curves(LOSS, LIGHT)
    below, above = trace(spec, "D")["line"]["width"], trace(spec, "−ELBO")["line"]["width"]
    assert below >= above + 2
