"""The rate-distortion plane with ELBO lines of the right slope and place, and every model."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from tests.figures.collapse_records import RATE_PLANE
from tests.figures.records import RD
from vaeviz.figures.rate_distortion import rate_distortion
from vaeviz.figures.rate_plane import rate_plane
from vaeviz.figures.theme import LIGHT
from vaeviz.records.rate_plane import RatePlane


def traces(record: RatePlane, name: str) -> list[dict[str, Any]]:
    return [t for t in rate_plane(record, LIGHT).data if t["name"] == name]


def test_it_holds_all_of_the_explorers_picture() -> None:
    plain = [t["name"] for t in rate_distortion(RD, LIGHT).data]
    names = [t["name"] for t in rate_plane(RATE_PLANE, LIGHT).data]
    assert [name for name in names if name in plain] == plain


@pytest.mark.parametrize("name", ["one ELBO", "ELBO here", "highest ELBO of the curve"])
@pytest.mark.parametrize("slope", [1e-4, 0.25, 10.0])
def test_lines_of_one_elbo_fall_by_the_variance_a_nat(name: str, slope: float) -> None:
    for line in traces(dataclasses.replace(RATE_PLANE, elbo_slope=slope), name):
        (x0, x1), (y0, y1) = line["x"], line["y"]
        assert (y0 - y1) / (x1 - x0) == pytest.approx(slope)
        assert 0 == x0 < x1 <= RD.right
        assert y1 > -1e-9


def test_each_line_begins_where_the_record_says() -> None:
    assert [line["y"][0] for line in traces(RATE_PLANE, "one ELBO")] == [1.0, 3.0]
    assert traces(RATE_PLANE, "ELBO here")[0]["y"][0] == 2.25
    assert traces(RATE_PLANE, "highest ELBO of the curve")[0]["y"][0] == 2.0


def test_every_model_is_a_point_and_kept_ones_have_names() -> None:
    grid, kept = (
        traces(RATE_PLANE, "dedicated models of the grid")[0],
        traces(RATE_PLANE, "dedicated models"),
    )
    np.testing.assert_array_equal(grid["x"], [4.0, 4.2])
    np.testing.assert_array_equal(grid["y"], [1.0, 0.9])
    assert kept[0]["text"] == ["my-vae"]


def test_without_models_and_limits_nothing_is_made_up() -> None:
    bare = dataclasses.replace(RATE_PLANE, points=(), decoding=None, encoding=None)
    names = {t["name"] for t in rate_plane(bare, LIGHT).data}
    assert not [name for name in names if "dedicated" in name or "limit" in name]


def test_the_auto_decoding_limit_is_at_rate_zero() -> None:
    limit = traces(RATE_PLANE, "auto-decoding limit")[0]
    assert (limit["x"][0], limit["y"][0]) == (0.0, 4.0)


@pytest.mark.parametrize("encoding", [0.0, 1.5])
def test_both_limits_are_marks_and_in_the_alt_text(encoding: float) -> None:
    record = dataclasses.replace(RATE_PLANE, encoding=encoding)
    for name, place in (
        ("auto-decoding limit", (0.0, 4.0)),
        ("auto-encoding limit", (RD.right, encoding)),
    ):
        (mark,) = traces(record, name)
        assert mark["mode"] == "markers"
        assert (mark["x"][0], mark["y"][0]) == place
    alt = rate_plane(record, LIGHT).layout["meta"]["alt"]
    assert (
        f"z ignored, at R = 0 and {RD.unit} 4; x̂ = x, at {RD.unit} {encoding:g} and an R further"
        in alt
    )


def test_a_curve_of_the_training_set_is_not_compared_with_a_held_out_point() -> None:
    meta = rate_plane(dataclasses.replace(RATE_PLANE, training=True), LIGHT).layout["meta"]
    assert meta["title"] == "ELBO −9.00 nats on held-out examples"
    assert "on held-out examples; the curve is the training set's." in meta["alt"]
    assert "−8.00" not in meta["title"] + meta["alt"]
    assert not traces(dataclasses.replace(RATE_PLANE, training=True), "highest ELBO of the curve")


def test_one_trained_model_has_no_curve_with_a_best() -> None:
    alone = dataclasses.replace(RD, rates=RD.rates[:1], losses=RD.losses[:1])
    meta = rate_plane(dataclasses.replace(RATE_PLANE, base=alone), LIGHT).layout["meta"]
    assert meta["title"] == "ELBO −9.00 nats"
    assert "highest" not in meta["alt"]


def test_the_title_has_the_current_elbo_and_the_best() -> None:
    title = rate_plane(RATE_PLANE, LIGHT).layout["meta"]["title"]
    assert title == "ELBO −9.00 nats; the curve's best is −8.00"


def test_the_current_point_is_drawn_over_dedicated_models() -> None:
    names = [t["name"] for t in rate_plane(RATE_PLANE, LIGHT).data]
    assert names[:4] == ["one ELBO", "one ELBO", "ELBO here", "highest ELBO of the curve"]
    assert names.index("tangent of slope −β") < names.index("dedicated models")
    assert names.index("auto-encoding limit") < names.index("you are here")


def test_names_of_the_limits_stand_beside_them() -> None:
    """At 30 % and 97 % of R's axis (0 … 9); the second 3.5 % of the other (0 … 5) above its
    mark.
    """
    words = ("← auto-decoding limit: z ignored", "auto-encoding limit: x̂ = x, further →")
    decoding, encoding = (traces(RATE_PLANE, name)[0] for name in words)
    assert (decoding["x"][0], decoding["y"][0]) == pytest.approx((2.7, 4.0))
    assert (encoding["x"][0], encoding["y"][0]) == pytest.approx((8.73, 0.175))
    kept = traces(RATE_PLANE, "dedicated models")[0]
    assert (kept["x"].tolist(), kept["y"].tolist()) == ([2.0], [2.0])


def test_a_line_below_the_picture_has_no_length() -> None:
    (line,) = traces(dataclasses.replace(RATE_PLANE, elbo=(-1.0, 3.0)), "ELBO here")
    assert line["x"].tolist() == [0.0, 0.0]


def test_two_models_make_a_curve_with_a_best() -> None:
    two = dataclasses.replace(RD, rates=RD.rates[:2], losses=RD.losses[:2])
    assert traces(dataclasses.replace(RATE_PLANE, base=two), "highest ELBO of the curve")


@pytest.mark.parametrize(
    ("elbo", "words"), [(-1234.5, "−1,234"), (-999.5, "−999.50"), (1500.0, "1,500")]
)
def test_large_bounds_have_no_decimals(elbo: float, words: str) -> None:
    meta = rate_plane(dataclasses.replace(RATE_PLANE, elbo=(2.25, elbo)), LIGHT).layout["meta"]
    assert meta["title"] == f"ELBO {words} nats; the curve's best is −8.00"
    assert "3 dedicated models are drawn." in meta["alt"]
