"""Desks, uploads and a lecturer's own files: found by their names, and bounded."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.learning.test_lecture import LECTURE
from vaeviz.config import UserError
from vaeviz.learning.lecture import Lecture, read
from vaeviz.serve import lectures


def fine(lecture: Lecture) -> None:
    """The check of a page that has everything."""


def refuse(lecture: Lecture) -> None:
    raise UserError("step 1: there is no such page: use another")


def test_a_desk_is_found_by_its_key_and_stays_within_the_lecture() -> None:
    desk = lectures.new_desk(read(LECTURE, "mine"), 0)
    other = lectures.new_desk(read(LECTURE, "mine"), 0)
    assert lectures.desk(desk.key) is desk is not other
    assert len(desk.key) == lectures.KEY
    desk.go(9)
    assert desk.step == 0
    assert lectures.desk("") is None


def test_desks_and_uploads_are_bounded() -> None:
    lecture = read(LECTURE, "mine")
    first = lectures.new_desk(lecture, 0)
    for _ in range(lectures.DESKS):
        lectures.new_desk(lecture, 0)
    assert lectures.desk(first.key) is None
    names = [lectures.upload(LECTURE + f"# {k}", fine).name for k in range(lectures.UPLOADS + 1)]
    assert len(set(names)) == len(names)
    assert lectures.find(names[-1], refuse).title == "Mine"
    with pytest.raises(UserError, match="load its file again"):
        lectures.find(names[0], fine)


def test_a_file_of_the_lecturer_s_is_listed_and_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lectures, "OWN", tmp_path)
    (tmp_path / "mine.toml").write_text(LECTURE, encoding="utf-8")
    (tmp_path / "broken.toml").write_text("title =", encoding="utf-8")
    (tmp_path / "vaes.toml").write_text(LECTURE, encoding="utf-8")  # the shipped one stays
    listed = dict(lectures.listed(fine))
    assert list(listed) == ["newcomers", "collapse", "vaes", "broken", "mine"]
    assert isinstance(listed["broken"], str)
    assert isinstance(listed["mine"], Lecture)
    assert isinstance(listed["vaes"], Lecture)
    assert listed["vaes"].minutes == 90
    assert "step 1" in str(dict(lectures.listed(refuse))["mine"])
    for name in ("../mine", "none", "MINE", "", "x" * 99):
        with pytest.raises(UserError):
            lectures.find(name, fine)


def test_a_refused_upload_is_not_kept() -> None:
    with pytest.raises(UserError, match="step 1"):
        lectures.upload(LECTURE + "# refused", refuse)
    with pytest.raises(UserError):
        lectures.upload("\ud800", fine)
