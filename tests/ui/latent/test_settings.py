"""The page's settings: what fits a model, what is ready to be chosen, and what the board begins
with.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.strangers import any_valid, asked, valid
from vaeviz.ui import settings as explorer
from vaeviz.ui.kinds import kinds
from vaeviz.ui.latent.scenes import SCENES
from vaeviz.ui.latent.settings import DIMENSIONS, View, fit, parse
from vaeviz.ui.model_view import MODEL
from vaeviz.ui.settings import MULTI_RATE

FIELDS = kinds(View)
ROOT = Path(__file__).parents[3]
VIEWS = any_valid(View)


def test_a_dedicated_model_is_named_with_all_that_it_would_set() -> None:
    assert set(asked(View(model="mine").query())) == {
        "model",
        "data",
        "decoder",
        "beta",
        "sigma2",
        "d",
    }
    assert set(asked(View(tool="draw").query())) == {"tool"}


def test_what_is_no_value_leaves_what_was_there() -> None:
    before = View(beta=7.0, point="1,2", tool="draw")
    view, notes = parse({"beta": "x", "point": "1,x", "tool": None}, before)
    assert view == before
    assert len(notes) == 3


# the model's part
# ------------------------------------------------------------------------------------------------


@given(VIEWS)
def test_the_models_part_can_be_taken_out_and_put_in(view: View) -> None:
    part = view.model_settings
    assert isinstance(part, explorer.Settings)
    assert {name: getattr(part, name) for name in MODEL} == {
        name: getattr(view, name) for name in MODEL
    }
    assert view.at(part) == view
    other = explorer.Settings(data="moons", beta=3.0, d=5)
    moved = view.at(other)
    assert moved.model_settings == other
    assert moved.at(part) == view


# what a model allows
# ------------------------------------------------------------------------------------------------

SIZES = (st.integers(1, 40), st.integers(1, 10_000), st.integers(1, 12))


@given(VIEWS, *SIZES)
def test_what_fits_is_within_the_models_limits(
    view: View, latent: int, examples: int, classes: int
) -> None:
    fitted = fit(view, latent, examples, classes)
    valid(fitted)
    assert 0 <= min(fitted.a, fitted.b) <= max(fitted.a, fitted.b) < examples
    assert max(fitted.plus, fitted.minus) < classes
    for name in (fitted.i, fitted.j):
        assert name == "auto" or 1 <= int(name) <= latent
    assert fit(fitted, latent, examples, classes) == fitted


@given(VIEWS, *SIZES)
def test_what_fits_already_is_left_alone(
    view: View, latent: int, examples: int, classes: int
) -> None:
    fitted = fit(view, latent, examples, classes)
    touched = {"a", "b", "plus", "minus", "i", "j", "point"}
    assert all(getattr(fitted, name) == getattr(view, name) for name in FIELDS.keys() - touched)
    for name, most in (("a", examples), ("b", examples), ("plus", classes), ("minus", classes)):
        assert getattr(view, name) >= most or getattr(fitted, name) == getattr(view, name)
    for name in ("i", "j"):
        given_ = getattr(view, name)
        assert getattr(fitted, name) == given_ or int(given_) > latent
    assert fitted.point in (view.point, "")


@pytest.mark.parametrize(("latent", "fits"), [(1, False), (2, True), (3, False)])
def test_a_point_of_another_size_is_no_point_of_this_model(latent: int, fits: bool) -> None:
    assert fit(View(point="1,-2.5"), latent, 10, 10).point == ("1,-2.5" if fits else "")


def test_every_dimension_of_a_model_can_be_named() -> None:
    assert fit(View(i="3", j="2"), 2, 10, 10) == View(i="auto", j="2")
    assert fit(View(i="16", j="1"), 16, 10, 10) == View(i="16", j="1")
    assert DIMENSIONS[:3] == ("auto", "1", "2")


@pytest.mark.parametrize("latent", [17, 32, 100, 512])
def test_a_trained_model_of_any_size_keeps_it_in_its_link(latent: int) -> None:
    view = View(model="mine", d=latent, i=str(latent), point=",".join(["-1.234e-05"] * latent))
    assert parse(asked(view.query())) == (view, [])


def test_the_range_of_the_traversals_reaches_as_far_as_the_boards_field() -> None:
    field = re.search(
        r'"extent", \{ min: ([\d.]+), max: ([\d.]+)',
        (ROOT / "vaeviz/live/traversals.js").read_text(),
    )
    assert field
    kind = FIELDS["extent"]
    assert [float(limit) for limit in field.groups()] == [kind.low, kind.high]


# what is ready to be chosen
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene["name"])
def test_a_scene_is_a_valid_view_and_leaves_the_hand_where_it_is(scene: dict[str, Any]) -> None:
    view, notes = parse(scene["settings"])
    assert notes == []
    assert view.model == MULTI_RATE
    assert set(MODEL) <= set(scene["settings"])
    assert not {"a", "b", "point"} & set(scene["settings"])
    assert 20 < len(scene["notice"]) < 110


def test_scenes_differ_by_name_and_by_view() -> None:
    assert len({scene["name"] for scene in SCENES}) == len(SCENES) >= 4
    assert len({parse(scene["settings"])[0] for scene in SCENES}) == len(SCENES)


def test_the_board_begins_with_the_same_defaults() -> None:
    """latent.js declares what the browser sees to by itself: names and values as here."""
    source = (ROOT / "vaeviz" / "live" / "latent.js").read_text(encoding="utf-8")
    found = re.search(r"^const OWN = \{(.*?)\};", source, re.DOTALL | re.MULTILINE)
    assert found is not None
    own = dict(re.findall(r'(\w+): "?([\w.-]+)"?', found[1]))
    defaults = {name: str(getattr(View(), name)).removesuffix(".0") for name in FIELDS}
    assert own == {name: text for name, text in defaults.items() if name not in {*MODEL, "point"}}
