"""The tool Six checks: a table with numbers, on a sound model and on broken ones."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from tests.chapters.session import Header, Session
from vaeviz.chapters.catalogue import chapter
from vaeviz.chapters.gradients.checks import TOOL
from vaeviz.studies.six import CASES, COURSE


@lru_cache
def shown(case: str) -> Header:
    session = Session(chapter("gradients"))
    header = session.opens(tool=TOOL.name, case=case)
    until = time.monotonic() + 120
    while header["pending"] and time.monotonic() < until:
        time.sleep(0.05)
        header = session.again()
    return header


def table(case: str) -> dict[str, Any]:
    return shown(case)["panels"]["checks"]["table"]


def red(case: str) -> set[str]:
    """The numbers of the course's checks that fail."""
    return {row[0][0] for row in table(case)["rows"] if row[1].startswith("✗")} - {"+"}


def test_a_sound_model_passes_nine_checks_six_of_them_numbered() -> None:
    rows = table("sound")["rows"]
    assert [row[0][0] for row in rows] == [*"123456", *"+++"]
    assert set(table("sound")["levels"]) == {"good"}
    assert all(measured and limit for _, _, measured, limit in rows)


@pytest.mark.parametrize(
    ("case", "fails"),
    [("no-gradient", {"1", "4", "5"}), ("kl-sign", {"2", "4"}), ("no-kl", {"4"}),
     ("pixel-mean", set())],
)  # fmt: skip
def test_a_broken_model_fails_those_that_the_text_names(case: str, fails: set[str]) -> None:
    assert red(case) == fails
    assert "alarm" in table(case)["levels"]


def test_one_output_stands_for_both_axes_and_fails_the_shapes() -> None:
    assert "3" in red("one-output")
    layers = shown("one-output")["panels"]["samples"]["figure"]["data"]
    drawn = next(trace for trace in layers if "samples" in trace["name"])
    np.testing.assert_array_equal(drawn["x"], drawn["y"])


def test_what_the_scenes_say_is_so() -> None:
    assert [scene["settings"]["case"] for scene in shown("sound")["scenes"]] == [
        "sound", "no-gradient", "kl-sign", "one-output", "no-kl",
    ]  # fmt: skip
    for case, label, low, high in (
        ("no-gradient", "KL", 0, 1e-4), ("kl-sign", "printed loss", -1e30, 0),
        ("no-kl", "error", 0, 0.05),
    ):  # fmt: skip
        row = next(row for row in shown(case)["readouts"] if row[0] == label)
        assert low <= float(row[1].replace("−", "-")) < high


def test_every_check_of_the_course_has_a_case_that_fails_it() -> None:
    assert {case.red for case in CASES.values()} >= set(COURSE)
