"""Predict, then reveal: the grading follows the model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.chapters.session import Session
from vaeviz.chapters.answers import (
    DOWN,
    STAYS,
    UP,
    Dimensions,
    Direction,
    Kind,
    Number,
    Place,
    Which,
    number,
)
from vaeviz.chapters.catalogue import NAMES, chapter
from vaeviz.chapters.chapter import Tool
from vaeviz.chapters.prediction import SAME, Prediction

ALL = [(name, t, p) for name in NAMES for t in chapter(name).tools for p in t.predictions]
LATER = {"exact", "train", "gaps"}  # a training answers those, or a tuning
each_moved = pytest.mark.parametrize(
    ("name", "tool", "asked"),
    [entry for entry in ALL if entry[1].name not in LATER],
    ids=[f"{tool.name}-{asked.name}" for _, tool, asked in ALL if tool.name not in LATER],
)
PLACES: tuple[dict[str, Any], ...] = (
    {"data": "digits", "beta": 1.0, "sigma2": 0.05, "d": 8},
    {"data": "digits", "beta": 0.2, "sigma2": 0.02, "d": 4},
    {"data": "three-gaussians", "beta": 1.0, "sigma2": 0.02, "d": 2},
)


BY_HAND: tuple[dict[str, Any], ...] = (  # of the chapters that are about no model
    {"mu": 0.5, "logvar": 0.0, "noise": 1.0, "way": "reparameterized", "spread": 0.5}
    | {"law": "normal", "theta": 1.0, "weights": 0, "exhibit": "pixel-mean"},
    {"mu": -1.0, "logvar": 1.0, "noise": 0.5, "q_mu": 2.0, "q_sigma": 2.0, "p_sigma": 0.5}
    | {"modes": 1, "spread": 1.5, "law": "laplace", "first": 1.0, "run_seed": "2"}
    | {"exhibit": "twice", "case": "no-gradient"},
    {"mu": 1.5, "logvar": -2.0, "noise": 0.1, "q_mu": -1.0, "p_mu": 1.0, "p_sigma": 2.0}
    | {"output": 0.2, "variance": 0.2, "grey": 0.9}
    | {"spread": 0.3, "f": "cube", "first": -1.0, "learning": "0.003"},
)


@pytest.mark.parametrize(
    ("kind", "answer", "before", "after", "right"),
    [
        (Direction("R"), UP, 1.0, 2.0, True),
        (Direction("R"), DOWN, 1.0, 2.0, False),
        (Direction("ELBO"), UP, -10.0, -9.0, True),
        (Direction("R"), STAYS, 100.0, 100.9, True),
        (Direction("R"), STAYS, 100.0, 101.1, False),
        (Direction("ELBO"), STAYS, -100.0, -100.9, True),
        (Number("R"), 5.0, 9.0, 4.0, True),
        (Number("R"), 5.1, 9.0, 4.0, False),
        (Number("active", within=0.0, least=1.0), 3.0, 9.0, 4.0, True),
        (Number("active", within=0.0, least=1.0), 2.0, 9.0, 4.0, False),
        (Dimensions(), frozenset({"z2"}), np.array([3.0, 0.2, 0.05]), np.array([2, 0, 0]), True),
        (Dimensions(), frozenset({"z2", "z3"}), np.array([3, 0.2, 0.05]), np.zeros(3), False),
        (Dimensions(), frozenset(), np.array([3.0, 0.2]), np.array([1.0, 0.1]), True),
        (Which(), "b", {}, {"a": 1.0, "b": 2.0}, True),
        (Which(least=True), "b", {}, {"a": 1.0, "b": 2.0}, False),
        (Place("R", "D"), (1.0, 2.0), (0, 0, 10.0, 20.0), (2.0, 4.0, 10.0, 20.0), True),
        (Place("R", "D"), (1.0, 2.0), (0, 0, 10.0, 20.0), (2.3, 2.0, 10.0, 20.0), False),
    ],
)
def test_an_answer_is_graded(
    kind: Kind, answer: object, before: object, after: object, right: bool
) -> None:
    verdict = kind.grade(answer, before, after)
    assert verdict.right is right
    assert verdict.line


def test_dimensions_that_are_gone_are_no_choice_and_are_named() -> None:
    form = Dimensions().form(np.array([0.5, 0.01, 2.0]))
    assert form["options"] == ("z1", "z3")
    assert "z2" in form["note"]
    assert Dimensions().form(np.array([0.5]))["note"] == ""


@pytest.mark.parametrize(
    "kind", [Direction("R"), Number("R"), Dimensions(), Which(), Place("R", "D")]
)
@pytest.mark.parametrize(
    "answer", [None, True, {}, [1], [[1, 2], 3], float("nan"), ["x"] * 600, [float("inf"), 1]]
)
def test_what_is_no_answer_is_refused(kind: Kind, answer: object) -> None:
    taken = kind.read(answer)
    assert taken is None or taken in (frozenset(), frozenset({"x"}))


def test_numbers_are_plain() -> None:
    told = [number(value) for value in (0.000123, -1.5, 1234.6, 17)]
    assert told == ["0.000123", "−1.5", "1,235", "17"]


def test_there_are_at_least_25_and_none_moves_the_model() -> None:
    assert len(ALL) >= 25
    for name, tool, asked in ALL:
        moved = asked.move(tool.view())
        assert not {*SAME, "tool"} & moved.keys(), (name, asked.name)


def opened(name: str, tool: Tool, place: dict[str, Any]) -> Session:
    page = chapter(name)
    chosen = {"tool": tool.name} if len(page.tools) > 1 else {}
    session = Session(page)
    session.opens(**chosen, **{key: str(value) for key, value in place.items()})
    session.sends(settings=session.header["settings"], reading="open")
    for _ in range(400):
        if not session.header["pending"]:
            break
        session.sends(settings=session.header["settings"], reading="open")
    return session


def question(session: Session, asked: Prediction) -> dict[str, object]:
    (found,) = [each for each in session.header["predictions"] if each["name"] == asked.name]
    return found


def answered(session: Session, asked: Prediction, answer: object) -> dict[str, object]:
    """The question after an answer was given and the model has been measured."""
    action = {"id": session.said + 1, "name": "predict",
              "value": {"name": asked.name, "answer": answer}}  # fmt: skip
    session.sends(settings=session.header["settings"], actions=[action], reading="open")
    for _ in range(400):
        if "right" in question(session, asked) and not session.header["pending"]:
            break
        session.sends(settings=session.header["settings"], reading="open")
    return question(session, asked)


GUESS = {"one": lambda form: form["options"][0], "many": lambda form: list(form["options"][:1]),
         "number": lambda form: 3.0, "place": lambda form: form["now"]}  # fmt: skip


@each_moved
def test_the_model_answers_at_three_settings(name: str, tool: Tool, asked: Prediction) -> None:
    lines, rights = [], []
    for place in PLACES if hasattr(tool.view, "data") else BY_HAND:
        session = opened(name, tool, place)
        form = question(session, asked)
        before = dict(session.header["settings"])
        if "kind" not in form:  # three Gaussians have no study of some kind
            continue
        graded = answered(session, asked, GUESS[form["kind"]](form))  # type: ignore[index]
        lines.append(graded["line"])
        rights.append(graded["right"])
        moved = {n: v for n, v in session.header["settings"].items() if before.get(n) != v}
        assert moved.keys() <= set(asked.move(tool.view()))
    assert len(lines) >= 2
    assert len(set(lines)) > 1, lines  # another model or place, another answer


def test_a_move_that_moves_nothing_is_not_asked() -> None:
    """At β = 100 no β is larger, and no dimension is left to fall."""
    tool = chapter("explorer").tools[0]
    session = opened("explorer", tool, {"data": "digits", "beta": 100.0, "sigma2": 0.5, "d": 8})
    dying = tool.predictions[0]
    assert "kind" not in question(session, dying)
    assert Dimensions().form(np.array([0.01, 0.02])) == {}
    session = opened("explorer", tool, {"data": "digits", "beta": 1.0, "sigma2": 0.05, "d": 8})
    assert question(session, dying)["kind"] == "many"


def test_a_verdict_is_forgotten_when_asked_again() -> None:
    page = chapter("explorer")
    tool, asked = page.tools[0], page.tools[0].predictions[2]
    session = opened("explorer", tool, PLACES[0])
    assert answered(session, asked, STAYS)["right"] is True
    action = {"id": session.said + 1, "name": "forget", "value": asked.name}
    session.sends(settings=session.header["settings"], actions=[action], reading="open")
    assert question(session, asked)["kind"] == "one"
    session.sends(settings=session.header["settings"])
    assert session.header["predictions"] == []  # nobody reads


def test_an_answer_before_the_model_is_there_or_of_no_kind_is_one_line() -> None:
    page = chapter("explorer")
    session = opened("explorer", page.tools[0], PLACES[0])
    sent = {"name": "held", "answer": 3}
    settings = session.header["settings"]
    session.sends(settings=settings, actions=[{"id": 9, "name": "predict", "value": sent}],
                  reading="open")  # fmt: skip
    assert any("no answer" in note for note in session.header["notes"])
    assert session.header["settings"] == settings


@pytest.mark.parametrize("place", PLACES[:2])
def test_the_line_has_the_numbers_of_the_read_outs(place: dict[str, Any]) -> None:
    tool = chapter("explorer").tools[0]
    session = opened("explorer", tool, place)
    before = {row[0]: row[1] for row in session.header["readouts"]}
    graded = answered(session, tool.predictions[1], UP)
    after = {row[0]: row[1] for row in session.header["readouts"]}
    told = [number(float(side["ELBO (nats)"].replace("−", "-"))) for side in (before, after)]
    assert f"ELBO: {told[0]} → {told[1]} nats" in str(graded["line"])
    assert graded["right"] is str(graded["line"]).startswith(UP)
    assert graded["moves"] == [["σ²", f"{place['sigma2']:g}", f"{place['sigma2'] / 10:g}"]]
