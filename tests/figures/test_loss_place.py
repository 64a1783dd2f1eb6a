"""A written loss: at its level, with its count, others by name, inside the picture."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from tests.figures.collapse_records import PLACE
from vaeviz.figures.loss_place import loss_place
from vaeviz.figures.theme import LIGHT
from vaeviz.records.written_loss import LossPlace


def traces(record: LossPlace) -> dict[str, Any]:
    return {t["name"]: t for t in loss_place(record, LIGHT).data}


def test_the_line_and_the_dot_stand_at_the_losss_level() -> None:
    drawn = traces(PLACE)
    assert list(drawn["this loss"]["x"]) == [392.0, 392.0]
    assert (drawn["units under this loss"]["x"][0], drawn["units under this loss"]["y"][0]) == (
        392.0,
        0.0,
    )
    np.testing.assert_array_equal(drawn["active units"]["y"], PLACE.active)


@pytest.mark.parametrize(("level", "shown"), [(1e-9, 1e-3), (1e7, 1e3)])
def test_a_level_beyond_the_axis_stands_at_its_end(level: float, shown: float) -> None:
    assert traces(dataclasses.replace(PLACE, level=level))["this loss"]["x"][0] == pytest.approx(
        shown
    )


def test_known_losses_that_overlap_share_one_place() -> None:
    known = traces(PLACE)["known losses"]
    assert known["text"] == ["2,3", "4", "1"]
    np.testing.assert_allclose(known["x"], [0.5, 5.0, 392.0])


@pytest.mark.parametrize(
    ("active", "words"),
    [(0, "everything collapsed"), (5, "τ = 392: 5 of 16 active"), (None, "This loss: τ = 392")],
)
def test_the_title_says_what_happens(active: int | None, words: str) -> None:
    spec = loss_place(dataclasses.replace(PLACE, level_active=active), LIGHT)
    assert words in spec.layout["meta"]["title"]
    assert "392" in spec.layout["meta"]["alt"]


def test_the_alt_text_names_a_loss_without_a_model_and_ends_once() -> None:
    alt = loss_place(
        dataclasses.replace(PLACE, level_active=None, known=(), symbol="βb"), LIGHT
    ).layout["meta"]["alt"]
    assert (
        alt == "The written loss is at βb = 392: no model here says how many units are active"
        " there."
    )
    assert (
        loss_place(PLACE, LIGHT)
        .layout["meta"]["alt"]
        .endswith(
            "0 of 16 units are active there. Loss 1 at 392; loss 3 at 0.5; loss 2 at 0.51; loss 4"
            " at 5."
        )
    )


def test_large_levels_are_written_as_in_the_tables() -> None:
    for level, words in (
        (12_288.0, "12,288"),
        (1.5e7, "1.50 · 10⁷"),
        (2e-5, "2.00 · 10⁻⁵"),
        (0.00025, "0.00025"),
    ):
        meta = loss_place(dataclasses.replace(PLACE, level=level), LIGHT).layout["meta"]
        assert words in meta["title"]
        assert words in meta["alt"]
        assert words in meta["legend"][-1][0] + meta["legend"][0][0]


def test_without_a_model_there_is_no_curve_and_no_dot() -> None:
    none = np.zeros(0)
    record = dataclasses.replace(PLACE, taus=none, active=none, level_active=None)
    assert not {"active units", "units under this loss"} & set(traces(record))


@pytest.mark.parametrize(
    ("symbol", "title"),
    [("τ", "τ (squared data units)"), ("β", "β (nats per nat)"), ("βb", "βb (data units)")],
)
def test_the_axis_names_the_unit_of_its_symbol(symbol: str, title: str) -> None:
    spec = loss_place(dataclasses.replace(PLACE, symbol=symbol), LIGHT)
    assert spec.layout["xaxis"]["title"]["text"] == title


def test_lines_and_names_are_placed_by_the_number_of_dimensions() -> None:
    """The axis ends 18 % above all 16; names stand 7 % below its end."""
    drawn = traces(PLACE)
    assert list(drawn["this loss"]["y"]) == pytest.approx([0, 1.18 * 16])
    assert list(drawn["known losses"]["y"]) == pytest.approx([0.93 * 1.18 * 16] * 3)
    np.testing.assert_array_equal(drawn["active units"]["x"], PLACE.taus)
    np.testing.assert_array_equal(drawn["linear VAE, exact"]["x"], PLACE.linear_taus)
    np.testing.assert_array_equal(drawn["linear VAE, exact"]["y"], PLACE.linear_active)


@pytest.mark.parametrize(("third", "text"), [(6.2, ["1", "2,3"]), (6.4, ["1", "2", "3"])])
def test_losses_within_a_tenth_of_a_decade_share_a_name(third: float, text: list[str]) -> None:
    """log10(6.2 / 5) = 0.093 and log10(6.4 / 5) = 0.107."""
    record = dataclasses.replace(PLACE, known=(("1", 0.01), ("2", 5.0), ("3", third)))
    assert traces(record)["known losses"]["text"] == text
