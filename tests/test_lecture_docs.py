"""The example in docs/lecture.md is a lecture, and the table has every field of a step."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from vaeviz.chapters.lecture_check import check
from vaeviz.learning.lecture import LARGEST, MOST, Step, read
from vaeviz.serve import lectures

TEXT = (Path(__file__).parents[1] / "docs" / "lecture.md").read_text(encoding="utf-8")


def test_the_example_is_a_lecture_that_the_pages_take() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    lecture = read(example, "example")
    check(lecture)
    assert lecture.steps[0].condition is not None


def test_every_field_and_limit_and_lecture_is_described() -> None:
    fields = {field.name for field in dataclasses.fields(Step)}
    assert fields <= set(re.findall(r"`(\w+)`", TEXT))
    assert f"{LARGEST // 1024} KiB and {MOST} steps" in TEXT
    assert f"{lectures.DESKS} lectures" in TEXT
    for name, found in lectures.listed(check)[:3]:
        assert f"?lecture={name}" in TEXT
        assert not isinstance(found, str)
        assert found.title in TEXT
