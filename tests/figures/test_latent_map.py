"""The latent map: every point where its μ is, ellipses and circles to scale, equal axes."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from tests.figures.records import MAP
from vaeviz.figures.latent_map import latent_map
from vaeviz.figures.theme import LIGHT
from vaeviz.records import Chosen

FIGURE: Any = latent_map(MAP, LIGHT).draw()
TRACES = {t.name: t for t in FIGURE.data}


@pytest.mark.parametrize("chosen", MAP.chosen, ids=lambda c: c.name)
@pytest.mark.parametrize("k", [1, 2])
def test_a_posteriors_ellipse_is_mean_plus_minus_k_sigma(chosen: Chosen, k: int) -> None:
    ring = TRACES[f"q(z|{chosen.name}), {k}σ"]
    for axis, points in enumerate((ring.x, ring.y)):
        assert max(points) == pytest.approx(
            chosen.mean[axis] + k * chosen.deviation[axis], abs=1e-6
        )
        assert min(points) == pytest.approx(
            chosen.mean[axis] - k * chosen.deviation[axis], abs=1e-6
        )
    u = (np.array(ring.x) - chosen.mean[0]) / chosen.deviation[0]
    v = (np.array(ring.y) - chosen.mean[1]) / chosen.deviation[1]
    np.testing.assert_allclose(np.hypot(u, v), k, atol=1e-6)


@pytest.mark.parametrize("k", [1, 2])
def test_the_priors_circles_have_radius_one_and_two(k: int) -> None:
    ring = TRACES[f"prior, {k}σ"]
    np.testing.assert_allclose(np.hypot(np.array(ring.x), np.array(ring.y)), k, atol=1e-12)


def test_axes_are_equal_and_named_by_dimension_from_one() -> None:
    assert FIGURE.layout.xaxis.range == FIGURE.layout.yaxis.range == (-3.6, 3.6)
    assert FIGURE.layout.meta["equal"] is True
    assert "<sub>4</sub>" in FIGURE.layout.xaxis.title.text
    assert "<sub>1</sub>" in FIGURE.layout.yaxis.title.text


def test_every_point_is_drawn_once_in_its_class_with_its_example() -> None:
    drawn = {}
    for k, name in enumerate(MAP.class_names):
        t = TRACES[name]
        assert t.marker.color == LIGHT.classes[k]
        for index, x, y in zip(t.customdata, t.x, t.y, strict=True):
            assert MAP.labels[index] == k
            drawn[int(index)] = (x, y)
    np.testing.assert_array_equal([drawn[k] for k in range(60)], MAP.points)


def test_a_chosen_example_is_marked_at_its_mean() -> None:
    assert (TRACES["A"].x[0], TRACES["A"].y[0]) == (1.5, -0.5)
    letters = {
        t.text[0]: (t.x[0], t.y[0]) for t in FIGURE.data if (t.name or "").endswith("letter")
    }
    assert set(letters) == {"A", "B"}
    for chosen in MAP.chosen:  # within the outer ring's box
        assert (np.abs(letters[chosen.name] - chosen.mean) <= 2 * chosen.deviation).all()


def test_the_alt_text_states_the_spread_that_is_there() -> None:
    sx, sy = MAP.points.std(0)
    alt = FIGURE.layout.meta["alt"]
    assert (
        f"60 examples. Spread of the posterior means: {sx:.2f} in dimension 4, {sy:.2f} in"
        " dimension 1" in alt
    )


@pytest.mark.parametrize(
    ("scale", "title"),
    [((1, 1), "Posterior means"), ((1, 0.01), "dead"), ((0.01, 0.01), "Both dim")],
)
def test_the_title_says_what_there_is_to_see(scale: tuple[float, float], title: str) -> None:
    record = dataclasses.replace(MAP, points=MAP.points * scale)
    assert title in latent_map(record, LIGHT).layout["meta"]["title"]


def test_samples_are_never_called_means() -> None:
    sampled: Any = latent_map(dataclasses.replace(MAP, symbol="z"), LIGHT).draw()
    meta = sampled.layout.meta
    words = [
        sampled.layout.xaxis.title.text,
        sampled.layout.yaxis.title.text,
        meta["title"],
        meta["alt"],
    ]
    assert not [w for w in words if "μ" in w or "mean" in w]
    assert sampled.layout.xaxis.title.text.startswith("z<sub>4</sub>")
    assert FIGURE.layout.xaxis.title.text.startswith("μ<sub>4</sub>")


def test_a_letter_stands_on_the_outer_ring_at_an_upper_corner() -> None:
    assert [TRACES[f"{c.name}, letter"].textposition for c in MAP.chosen] == [
        "top right",
        "top left",
    ]
    for chosen, side in zip(MAP.chosen, (1, -1), strict=True):
        letter = TRACES[f"{chosen.name}, letter"]
        corner = chosen.mean + np.sqrt(2) * chosen.deviation * (side, 1)  # 2σ at 45°
        np.testing.assert_allclose([letter.x[0], letter.y[0]], corner)


def test_letters_of_rings_that_lie_on_each_other_are_at_different_corners() -> None:
    rings = [
        dataclasses.replace(c, mean=np.full(2, shift), deviation=np.ones(2))
        for c, shift in zip(MAP.chosen, (0.1, -0.1), strict=True)
    ]
    figure = latent_map(dataclasses.replace(MAP, chosen=tuple(rings)), LIGHT)
    a, b = (t["x"][0] for t in figure.data if t["name"].endswith("letter"))
    assert a < -1 < 1 < b


@pytest.mark.parametrize(("span", "stride"), [(5.9, 2), (6.1, None)])
def test_a_near_map_has_ticks_at_every_second_deviation(span: float, stride: int | None) -> None:
    layout = latent_map(dataclasses.replace(MAP, span=span), LIGHT).layout
    assert layout["xaxis"].get("dtick") == layout["yaxis"].get("dtick") == stride


@pytest.mark.parametrize(
    ("spread", "short"), [((0.2, 0.11), "μ by class"), ((0.2, 0.09), "One dimension shown is dead")]
)
def test_a_dimension_whose_codes_spread_by_less_than_a_tenth_is_dead(
    spread: tuple[float, float], short: str
) -> None:
    even = (MAP.points - MAP.points.mean(0)) / MAP.points.std(0)
    meta = latent_map(dataclasses.replace(MAP, points=even * spread), LIGHT).layout["meta"]
    assert meta["short"] == short
    both = latent_map(dataclasses.replace(MAP, points=even * 0.09), LIGHT).layout["meta"]
    assert both["short"] == "Both dimensions shown are dead"


def test_each_class_has_its_name_at_the_middle_of_its_codes_in_its_colour() -> None:
    names = TRACES["classes"]
    assert names.text == MAP.class_names
    assert names.textfont.color == tuple(LIGHT.classes[k] for k in range(len(MAP.class_names)))
    for k, (x, y) in enumerate(zip(names.x, names.y, strict=True)):
        of_class = MAP.points[MAP.labels == k]
        for axis, at in enumerate((x, y)):
            below = int((of_class[:, axis] < at).sum())
            assert below == len(of_class) // 2


def test_a_class_without_codes_has_no_name() -> None:
    record = dataclasses.replace(MAP, points=MAP.points[:3], labels=np.array([0, 2, 2]))
    names = next(t for t in latent_map(record, LIGHT).data if t["name"] == "classes")
    assert names["text"] == [MAP.class_names[0], MAP.class_names[2]]


def test_the_alt_text_counts_the_codes_beyond_the_axes() -> None:
    points = MAP.points.copy()
    points[:5] = [(9, 0), (-9, 0), (0, 9), (0, -9), (9, 9)]
    inside = int((np.abs(MAP.points[5:]) > 3.6).any(1).sum())
    alt = latent_map(dataclasses.replace(MAP, points=points), LIGHT).layout["meta"]["alt"]
    assert f"{5 + inside} of them beyond ±3.6" in alt
    assert "beyond" not in latent_map(MAP, LIGHT).layout["meta"]["alt"] or inside
