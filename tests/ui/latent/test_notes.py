"""Notes say what was put back, and stay exactly as long as the settings that they concern."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaeviz.ui.latent import settings
from vaeviz.ui.latent.notes import Note, misfits, overruled, parsed, still
from vaeviz.ui.latent.settings import View, fit

NAMES = [f.name for f in dataclasses.fields(View)]
VALUES = st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=8))


@given(st.dictionaries(st.sampled_from([*NAMES, "unknown"]), VALUES))
def test_each_note_knows_the_one_setting_that_it_is_about(raw: dict[str, Any]) -> None:
    view, notes = parsed(raw, View(beta=7.0))
    expected, texts = settings.parse(raw, View(beta=7.0))
    assert view == expected
    assert [note.text for note in notes] == texts
    words = {
        name: f.metadata["words"] for name, f in zip(NAMES, dataclasses.fields(View), strict=True)
    }
    for note in notes:
        (name,) = note.about
        assert note.text.startswith(f"{words[name]} ")


@pytest.mark.parametrize(
    ("about", "changes", "stays"),
    [
        (("beta",), {}, True),
        (("beta",), {"d": 3}, True),
        (("beta",), {"beta": 2.0}, False),
        (("a", "data"), {"data": "moons"}, False),
        (("a", "data"), {"a": 3}, False),
        (("a", "data"), {"b": 3, "point": "1,2"}, True),
    ],
)
def test_a_note_stays_until_something_that_it_concerns_has_changed(
    about: tuple[str, ...], changes: dict[str, Any], stays: bool
) -> None:
    note, before = Note("a line", about), View()
    assert still([note], before, dataclasses.replace(before, **changes)) == [note] * stays


def test_what_a_space_does_not_have_is_noted_and_nothing_else() -> None:
    asked = View(a=99, b=10, i="5", j="3", point="1", plus=9)
    assert misfits(asked, fit(asked, latent=5, examples=100, classes=3)) == []
    notes = misfits(asked, fit(asked, latent=2, examples=10, classes=3))
    assert [(note.text, note.about[0]) for note in notes] == [
        ("example A 99 is not possible: 9 is used.", "a"),
        ("example B 10 is not possible: 9 is used.", "b"),
        ("first dimension drawn 5 is not possible: auto is used.", "i"),
        ("second dimension drawn 3 is not possible: auto is used.", "j"),
    ]
    assert all("data" in note.about for note in notes)


def test_what_the_models_own_settings_replace_is_noted() -> None:
    asked, own = View(model="mine", beta=9.0, d=5), View(data="moons", model="mine", beta=2.0, d=5)
    notes = overruled({"model": "mine", "beta": "9", "d": "5", "tool": "draw"}, asked, own)
    assert notes == [Note("β '9' is not possible: 2.0 is used.", ("beta", "model"))]
