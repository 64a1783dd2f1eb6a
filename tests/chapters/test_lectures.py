"""The shipped lectures, step by step on a real session: what they name is there, and what they ask
for can be done.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.chapters.session import Session
from vaeviz.chapters.catalogue import chapter
from vaeviz.chapters.engine import Memory
from vaeviz.chapters.lecturing import Guide, check
from vaeviz.chapters.prediction import Prediction
from vaeviz.chapters.settings import text
from vaeviz.learning.condition import Predicted
from vaeviz.learning.lecture import Lecture, Step
from vaeviz.serve import lectures

NAMES = ("newcomers", "collapse", "vaes")
MINUTES = {"newcomers": 15, "collapse": 20, "vaes": 90}
PARTS = {"latent": {"pad-map", "view", "tool", "side"}}  # drawn in the browser
SHIPPED = [
    (name, k) for name in NAMES for k in range(len(lectures.find(name, lambda _: None).steps))
]
ANSWERS: dict[str, Any] = {"one": "It rises", "number": 5.0, "many": [], "place": [1.0, 1.0]}


def shipped(name: str) -> Lecture:
    return lectures.find(name, check)


def settled(session: Session) -> dict[str, Any]:
    """Says again what is shown until nothing is pending, as a page with an open reading does."""
    for _ in range(400):
        session.sends(settings=session.header["settings"], reading="open")
        if not session.header["pending"]:
            return session.header
    raise TimeoutError(session.header["notes"])


def arrived(lecture: Lecture, k: int) -> Session:
    """A page at the place of a step."""
    guide = Guide()
    guide.start(lecture, k)
    session = Session(chapter(lecture.steps[k].page), memory=Memory(guide=guide))
    session.opens()
    settled(session)
    return session


def predicted(session: Session, step: Step) -> None:
    asked = next(p for p in predictions(step) if p.name == step.prediction)
    (form,) = [e for e in session.header["predictions"] if e["name"] == asked.name]
    answer = ANSWERS[form["kind"]] if form["kind"] != "one" else form["options"][0]
    action = {"id": 1, "name": "predict", "value": {"name": asked.name, "answer": answer}}
    session.sends(settings=session.header["settings"], actions=[action], reading="open")


def predictions(step: Step) -> list[Prediction]:
    return [p for tool in chapter(step.page).tools for p in tool.predictions]


def does(session: Session, step: Step) -> None:
    """What the step asks for."""
    parts = step.condition.parts if step.condition else ()
    if any(isinstance(part, Predicted) for part in parts):
        predicted(session, step)
    elif step.move:
        settings = {**session.header["settings"], **step.move}
        session.sends(settings=settings, reading="open")
    else:  # the end of the stored run
        action = {"id": 1, "name": "seek", "value": 1.0}
        session.sends(settings=session.header["settings"], actions=[action], reading="open")


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_lecture_is_complete_and_has_its_minutes(name: str) -> None:
    lecture = shipped(name)
    check(lecture)
    assert lecture.minutes == MINUTES[name]
    assert lecture.about
    assert all(step.notes and step.light for step in lecture.steps)
    assert lecture.steps[0].minutes < 6


@pytest.mark.parametrize(("name", "k"), SHIPPED)
def test_a_step_opens_as_it_says_and_its_task_can_be_done(name: str, k: int) -> None:
    lecture = shipped(name)
    step = lecture.steps[k]
    session = arrived(lecture, k)
    header, values = session.header, session.memory.values
    assert session.memory.notes == []
    tool = header["settings"].get("tool", "")
    assert tool == step.tool or not step.tool
    assert {n: text(values[n]) for n in step.settings} == {
        n: text(v) for n, v in step.settings.items()
    }
    assert set(step.light) <= set(header["panels"]) | PARTS.get(step.page, set())
    shown = header["lecture"]
    assert (shown["at"], shown["near"], shown["done"]) == (k, True, [])
    controls = {control["name"] for control in header["controls"]}
    assert set(step.controls) <= controls | {"scenes"}
    if step.prediction:
        offered = {each["name"]: each for each in header["predictions"]}
        assert "kind" in offered[step.prediction]
    assert bool(step.done) == bool(step.do)
    if "scenes" in step.controls:
        assert any(f"“{scene['name']}”" in step.do for scene in header["scenes"])
    if not step.done:
        return
    does(session, step)
    assert settled(session)["lecture"]["done"] == [k]
    assert session.memory.notes == []


def rows(session: Session) -> list[list[str]]:
    return session.header["panels"]["numbers"]["table"]["rows"]


def value(session: Session, label: str) -> str:
    return next(row[1] for row in session.header["readouts"] if row[0] == label)


@pytest.mark.parametrize(("name", "k"), [("newcomers", 2), ("vaes", 4)])
def test_a_cloud_is_wide_enough_to_be_seen_and_another_draw_moves_z(name: str, k: int) -> None:
    session = arrived(shipped(name), k)
    before = rows(session)
    assert sum(float(row[2]) > 0.2 for row in before) >= 5  # σ
    assert not value(session, "D (nats)").startswith("−")
    does(session, shipped(name).steps[k])
    settled(session)
    after = rows(session)
    assert [row[:3] for row in after] == [row[:3] for row in before]  # μ and σ
    assert all(a[3] != b[3] for a, b in zip(after, before, strict=True))


def test_the_right_end_of_beta_collapses_what_was_alive_in_the_newcomers_lecture() -> None:
    lecture = shipped("newcomers")
    session = arrived(lecture, 5)
    assert value(session, "collapsed").startswith("0 of 8")
    does(session, lecture.steps[5])
    assert value(session, "collapsed").startswith("8 of 8")


def test_a_longer_code_is_not_all_used_in_the_newcomers_lecture() -> None:
    """What the last step says of it: 7 of 8, then far from all 16, at the same rate."""
    lecture = shipped("newcomers")
    session = arrived(lecture, 6)
    assert "7 are" in lecture.steps[6].words
    assert value(session, "active units") == "7 of 8"
    rate = float(value(session, "R (nats)"))
    does(session, lecture.steps[6])
    settled(session)
    active, of = value(session, "active units").removesuffix(" by spread of μ").split(" of ")
    assert of == "16"
    assert int(active) < 12
    assert abs(float(value(session, "R (nats)")) - rate) < 0.01 * rate
    assert lecture.steps[6].after


def test_the_lecture_of_90_minutes_begins_with_pictures() -> None:
    first = shipped("vaes").steps[:4]
    assert all(step.page == "latent" for step in first)
    assert not any("ELBO" in step.words or "$" in step.words for step in first)


def test_what_the_lecture_on_collapse_says_of_the_cures_is_what_was_measured() -> None:
    lecture = shipped("collapse")
    k = next(k for k, step in enumerate(lecture.steps) if step.tool == "cures")
    rows = arrived(lecture, k).header["panels"]["cures"]["table"]["rows"]
    verdicts = [row[-1] for row in rows]
    assert verdicts.count("cures") == 5
    costs = [float(row[4].replace("−", "-")) for row in rows if "costs" in row[-1]]
    assert len(costs) == 3
    assert max(costs) < -2
    gains = [row[0] for row in rows if float(row[4].replace("−", "-")) > 0.1]
    assert len(gains) == 2
    assert all("σ²" in name for name in gains)
