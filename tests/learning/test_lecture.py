"""A lecture's file: read, bounded, and refused in one line that names the step and the cure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaeviz.config import UserError
from vaeviz.learning.lecture import LARGEST, LONGEST, MOST, open_file, read

STEP = """
[[steps]]
title = "One"
words = "Words, and $x^2$."
minutes = 2.5
page = "explorer"
tool = "explore"
settings = { beta = 4, data = "digits" }
light = ["kl"]
do = "Drag β."
done = 'beta >= 5 or readout "collapsed" >= 9'
move = { beta = 10 }
controls = ["d"]
"""
LECTURE = f'title = "Mine"\nabout = "A try"\n{STEP}'


def refusal(text: str) -> str:
    with pytest.raises(UserError) as refused:
        read(text, "mine")
    line = str(refused.value)
    assert len(line.splitlines()) == 1
    assert ":" in line
    return line


def fault(text: str) -> str:
    """Why a lecture is refused; "" for one that is read."""
    try:
        read(text, "mine")
    except UserError as refused:
        return str(refused)
    return ""


def test_a_lecture_is_read() -> None:
    lecture = read(LECTURE + STEP.replace("2.5", "4"), "mine")
    (first, second) = lecture.steps
    assert (lecture.name, lecture.title, lecture.about) == ("mine", "Mine", "A try")
    assert lecture.minutes == 6.5
    assert lecture.left(1) == second.minutes == 4
    assert first.place == {"tool": "explore", "beta": 4, "data": "digits"}
    assert first.needed == ("d", "beta")


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ('title = "Mine"', "", "title"),
        ("[[steps]]", "[[step]]", "step"),
        ("minutes = 2.5", "minutes = 0", "step 1"),
        ("minutes = 2.5", "minutes = nan", "step 1"),
        ("minutes = 2.5", "minutes = 1e9", "step 1"),
        ("minutes = 2.5", 'minutes = "two"', "minutes"),
        ("minutes = 2.5", "", "minutes"),
        ('page = "explorer"', "", "page"),
        ("beta = 4,", "beta = [4],", "settings"),
        ("beta >= 5", "beta is 5", "step 1"),
        ('do = "Drag β."', "", "step 1"),
        ('"Words, and $x^2$."', '" "', "step 1"),
        ('"Words, and $x^2$."', f'"{"x" * (LONGEST + 1)}"', "step 1"),
        ("light", "lights", "lights"),
        ('title = "One"', "title = ", "line"),
        ("beta = 4,", "beta = 4, beta = 5,", "TOML"),
    ],
)
def test_a_fault_is_named(old: str, new: str, names: str) -> None:
    assert names in refusal(LECTURE.replace(old, new, 1))


def test_a_lecture_has_steps_and_not_too_many() -> None:
    assert "steps" in refusal('title = "Mine"\nsteps = []')
    assert str(MOST) in refusal('title = "Mine"\n' + STEP * (MOST + 1))
    assert "KiB" in refusal(LECTURE + "#" * LARGEST)
    assert refusal("a = " + "[" * 5000)


@given(st.text(max_size=200))
def test_any_text_is_a_lecture_or_one_line(text: str) -> None:
    assert len(fault(text).splitlines()) <= 1


VALUES: st.SearchStrategy[Any] = st.one_of(
    st.integers(), st.text(max_size=5), st.booleans(), st.just([]), st.just({})
)
FIELDS = ("title", "words", "minutes", "page", "tool", "light", "done", "move", "prediction")


@given(st.sampled_from(FIELDS), VALUES)
def test_a_field_of_any_type_is_taken_or_refused_in_one_line(name: str, value: Any) -> None:
    shown = {True: "true", False: "false"}.get(value) if isinstance(value, bool) else None
    text = shown or (ascii(value) if not isinstance(value, str) else f"'{ascii(value)[1:-1]}'")
    lines = [line for line in LECTURE.splitlines() if not line.startswith(f"{name} =")]
    made = "\n".join(['title = "Mine"', *lines[1:], f"{name} = {text}"])
    assert len(fault(made).splitlines()) <= 1


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    good = tmp_path / "mine.toml"
    good.write_text(LECTURE, encoding="utf-8")
    assert open_file(good).name == "mine"
    latin = tmp_path / "latin.toml"
    latin.write_bytes(LECTURE.encode("utf-16"))
    large = tmp_path / "large.toml"
    large.write_text("#" * (LARGEST + 1))
    named = tmp_path / "My lecture.toml"
    named.write_text(LECTURE, encoding="utf-8")
    for path in (latin, large, named, tmp_path / "none.toml", tmp_path):
        with pytest.raises(UserError) as refused:
            open_file(path)
        assert len(str(refused.value).splitlines()) == 1
