"""A session with a lecture: going on and back, playing away, an audience, and odd requests."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chapters.session import Session
from tests.learning.test_lecture import LECTURE, STEP
from vaeviz.chapters.catalogue import chapter
from vaeviz.chapters.engine import Memory
from vaeviz.chapters.lecturing import Guide, check, markdown
from vaeviz.config import UserError
from vaeviz.figures.theme import LIGHT
from vaeviz.learning.lecture import Lecture, read
from vaeviz.serve import lectures

OTHER = STEP.replace("beta = 4", "beta = 2").replace('"explore"', '"steps"').replace(
    "[\"kl\"]", "[\"code\"]"
)  # fmt: skip
AWAY = STEP.replace('"explorer"', '"latent"').replace('"explore"', '"holes"')


@pytest.fixture
def lecture() -> Lecture:
    return read(LECTURE + OTHER + AWAY, "mine")


def opened(guide: Guide, page: str = "explorer") -> Session:
    session = Session(chapter(page), memory=Memory(guide=guide))
    session.opens()
    return session


def asks(session: Session, **value: Any) -> dict[str, Any]:
    """One more action of the browser, which holds its settings."""
    number = (session.memory.done or 0) + 1
    return session.says((number, "lecture", value))


def test_a_page_without_a_lecture_says_nothing_of_it() -> None:
    session = opened(Guide())
    assert not {"lecture", "lectures", "refused"} & session.header.keys()
    session.sends(settings=session.header["settings"], lectures="menu")
    assert [each["name"] for each in session.header["lectures"]][:3] == list(lectures._ORDER)


def test_next_takes_the_step_s_settings_and_the_browser_s_later_ones_stay(lecture: Lecture) -> None:
    guide = Guide()
    guide.start(lecture)
    session = opened(guide)
    assert session.header["settings"]["beta"] == 4
    assert session.header["lecture"]["done"] == []
    session.says(beta=7.0)
    assert session.header["lecture"]["done"] == [0]
    session.says(beta=0.5)
    assert session.header["lecture"]["done"] == [0]  # once done, it stays
    header = asks(session, go=1)
    assert (header["tool"], header["settings"]["beta"]) == ("steps", 2)
    assert header["lecture"]["done"] == [0]
    session.says(tool="explore")
    assert session.header["lecture"]["near"] is False
    header = asks(session, go=1)
    assert (header["tool"], header["lecture"]["near"]) == ("steps", True)
    asks(session, go=0)
    assert session.header["lecture"]["done"] == []  # begun again
    asks(session, leave=True)
    assert "lecture" not in session.header


def test_a_step_on_another_page_waits_for_it(lecture: Lecture) -> None:
    guide = Guide()
    guide.start(lecture)
    session = opened(guide)
    asks(session, go=2)
    assert guide.elsewhere("explorer") == "latent"
    assert session.header["settings"]["beta"] == 4
    there = opened(guide, "latent")
    assert (there.header["settings"]["tool"], there.header["settings"]["beta"]) == ("holes", 4)
    assert guide.elsewhere("latent") == ""


def test_an_address_begins_a_lecture_and_settings_in_it_are_the_user_s() -> None:
    guide = Guide()
    guide.open({"lecture": "collapse", "step": "3"})
    assert (guide.step, guide.arriving) == (2, True)
    assert guide.address == {"lecture": "collapse", "step": "3"}
    played = Guide()
    played.open({"lecture": "collapse", "step": "3", "beta": "7"})
    assert (played.step, played.arriving) == (2, False)
    guide.arriving = False
    guide.open({"lecture": "collapse", "step": "3"})  # as before: it goes on where it is
    assert guide.arriving is False


@pytest.mark.parametrize("step", ["", "0", "-1", "99", "x", "9" * 9999, "1.5", "²"])
def test_an_odd_step_is_the_nearest_or_the_first(step: str) -> None:
    guide = Guide()
    guide.open({"lecture": "newcomers", "step": step})
    assert guide.lecture is not None
    assert guide.step in (0, 6)


def test_an_unknown_lecture_is_refused_on_the_page() -> None:
    guide = Guide()
    guide.open({"lecture": "../../etc", "step": "1"})
    session = opened(guide)
    assert "no lecture" in session.header["refused"]
    assert "lecture" not in session.header


def test_an_upload_is_checked_by_the_pages() -> None:
    session = opened(Guide())
    asks(session, file=LECTURE.replace('"explorer"', '"nowhere"'))
    assert "step 1" in session.header["refused"]
    assert "lecture" not in session.header
    asks(session, file=LECTURE)
    assert session.header["lecture"]["title"] == "Mine"
    assert "refused" not in session.header


@pytest.mark.parametrize(
    "value",
    [None, 1, "go", [], {"go": "x"}, {"go": 1e99}, {"go": True}, {"begin": 3}, {"blank": 1},
     {"begin": "none"}, {"file": ""}, {"file": "x" * 200_000}, {"leave": 1}, {"other": {}}],
)  # fmt: skip
def test_an_odd_request_changes_nothing(lecture: Lecture, value: Any) -> None:
    guide = Guide()
    guide.start(lecture)
    session = opened(guide)
    session.says((1, "lecture", value))
    assert session.header["lecture"]["at"] == 0
    assert guide.lecture is lecture


@pytest.mark.parametrize(("step", "at"), [(-5, 0), (99, 2), (10**30, 2)])
def test_a_step_beyond_the_ends_is_the_nearest(lecture: Lecture, step: int, at: int) -> None:
    guide = Guide()
    guide.start(lecture)
    asks(opened(guide), go=step)
    assert guide.step == at


def test_two_windows_share_a_desk(lecture: Lecture) -> None:
    guide = Guide()
    guide.start(lecture)
    session = opened(guide)
    assert session.header["lecture"]["desk"] is None
    assert asks(session, present=True)["again"] <= 500
    key = session.header["lecture"]["desk"]["key"]
    desk = lectures.desk(key)
    assert desk is not None
    desk.go(1)  # the lecturer's own window
    assert session.says()["lecture"]["at"] == 1
    assert session.header["settings"]["beta"] == 2
    asks(session, go=0)
    assert desk.step == 0
    asks(session, frozen=True, blank=True)
    assert (desk.frozen, desk.blank) == (True, True)
    asks(session, go=1)
    desk.go(1)
    assert session.says()["lecture"]["at"] == 0  # the room sees nothing of it
    desk.frozen = False
    assert session.says()["lecture"]["at"] == 1
    asks(session, present=False)
    assert session.header["lecture"]["desk"] is None
    assert session.header["again"] is None


def test_a_reload_finds_its_desk_again() -> None:
    first, again, stale = Guide(), Guide(), Guide()
    first.open({"lecture": "collapse", "step": "2", "present": ""})
    assert first.desk is not None
    first.desk.go(4)
    again.open(first.address)
    assert again.desk is first.desk
    again.hear({}, None, anew=True)
    assert again.step == 4
    stale.open({"lecture": "newcomers", "step": "1", "present": first.desk.key})
    assert stale.desk is not first.desk


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ('page = "explorer"', 'page = "exploder"', "exploder"),
        ('tool = "explore"', 'tool = "none"', "none"),
        ('tool = "explore"', "", "tool"),
        ("beta = 4", "betta = 4", "betta"),
        ("beta = 4", "beta = 1e9", "beta"),
        ("beta = 4", 'beta = "much"', "beta"),
        ('data = "digits"', 'data = "cats"', "data"),
        ("{ beta = 10 }", "{ gamma = 10 }", "gamma"),
        ("beta >= 5", "betta >= 5", "betta"),
        ("beta >= 5", 'predicted "none"', "none"),
        ('do = "Drag β."', 'do = "Drag β."\nprediction = "none"', "none"),
        ('controls = ["d"]', 'controls = ["dd"]', "dd"),
    ],
)
def test_a_step_that_the_pages_do_not_have_is_refused(old: str, new: str, names: str) -> None:
    check(read(LECTURE, "mine"))
    with pytest.raises(UserError) as refused:
        check(read(LECTURE.replace(old, new, 1), "mine"))
    line = str(refused.value)
    assert line.startswith("step 1: ")
    assert names in line
    assert len(line.splitlines()) == 1


def test_a_step_without_settings_keeps_what_is_there(lecture: Lecture) -> None:
    bare = STEP.replace('settings = { beta = 4, data = "digits" }\n', "")
    guide = Guide()
    guide.start(read(LECTURE + bare, "mine"))
    session = opened(guide)
    session.says(beta=9.0, d=5)
    header = asks(session, go=1)
    assert (header["settings"]["beta"], header["settings"]["d"]) == (9.0, 5)


def test_a_page_older_than_its_session_repeats_no_action(lecture: Lecture) -> None:
    guide = Guide()
    guide.start(lecture)
    session = Session(chapter("explorer"), memory=Memory(guide=guide))
    action = {"id": 3, "name": "lecture", "value": {"go": 1}}
    session.sends(seq=7, settings={}, actions=[action])
    assert guide.step == 0


def test_the_words_are_marked_and_coloured() -> None:
    lecture = read(LECTURE.replace("$x^2$", "$\\\\rate{R}$"), "mine")
    text = markdown(lecture, LIGHT)
    assert "`@0/words`" in text
    assert "`@0/do`" in text
    assert LIGHT.rate in text
