"""Where a run stands, in words and in what can be done."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from vaeviz.chapters.training.actions import ACTIONS
from vaeviz.chapters.training.plan import SPEEDS
from vaeviz.chapters.training.transport import OVER, QUICK, RESTING, Standing, transport, wait
from vaeviz.runs.folder.progress import Progress, State

STATES = get_args(State)
RUN = Standing(Progress("running", 30, 100, 12.5), True, None, "full", "digits-vae-1234")


def at(state: State, **changes: object) -> Standing:
    assert RUN.progress is not None
    return replace(RUN, progress=replace(RUN.progress, state=state), **changes)  # type: ignore[arg-type]


def test_before_there_is_a_run_it_can_be_started() -> None:
    made = transport(Standing(None, True, None, "full"), 0, 0)
    assert (made["state"], made["can"], made["text"]) == ("none", ["start"], "Ready")
    assert (made["step"], made["steps"], made["pace"], made["left"]) == (0, 0, 0, 0)
    assert wait(Standing(None, True, None, "full"), 9) is None


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_words_and_a_way_on(state: State) -> None:
    made = transport(at(state), 0, 0)
    assert (made["state"], made["step"], made["steps"]) == (state, 30, 100)
    assert made["text"]
    assert "start" in made["can"]
    assert set(made["can"]) <= {"start", *ACTIONS}
    assert len(made["can"]) > 1


def test_what_goes_can_be_stopped_and_what_rests_can_go_on() -> None:
    can = {state: set(transport(at(state), 0, 0)["can"]) for state in STATES}
    for state in STATES:
        assert not {"play", "pause"} <= can[state]
        assert ("stop" in can[state]) == (not at(state).progress.over), state  # type: ignore[union-attr]
        assert ("step" in can[state]) == (state in ("paused", "parked", "interrupted")), state
        assert ("keep" in can[state]) == (state in ("done", "stopped")), state
    assert "pause" in can["running"]
    assert "play" in can["stopped"]
    assert "play" not in can["done"]


@pytest.mark.parametrize(
    ("place", "text"),
    [(1, "Next in the queue"), (2, "In the queue behind 1"), (None, "In the queue")],
)
def test_the_place_in_the_queue_is_told(place: int | None, text: str) -> None:
    made = transport(at("queued", place=place), 0, 0)
    assert (made["text"], made["place"]) == (text, place)


def test_only_a_run_that_goes_has_a_pace_and_time_left() -> None:
    assert [transport(RUN, pace, 7)["pace"] for pace in (80.0, 0.0)] == [80.0, 12.5]
    assert transport(RUN, 80, 7)["left"] == 7
    for state in STATES:
        if state != "running":
            made = transport(at(state), 80, 7)
            assert (made["pace"], made["left"]) == (0, 0)


def test_the_speeds_are_those_of_the_settings() -> None:
    made = transport(RUN, 0, 0)
    assert sorted(value for value, _ in made["speeds"]) == sorted(SPEEDS)
    assert made["speed"] == "full"
    assert made["name"] == "digits-vae-1234"


def test_the_page_asks_often_while_it_moves_seldom_once_it_is_over() -> None:
    waits = {state: wait(at(state), 1) for state in STATES}
    assert waits["running"] == QUICK
    assert {waits[s] for s in ("queued", "starting", "paused")} == {RESTING}
    assert {
        waits[s] for s in ("done", "stopped", "failed", "cancelled", "parked", "interrupted")
    } == {OVER}


def test_where_many_watch_each_asks_less_often() -> None:
    waits = [wait(RUN, watchers) or 0 for watchers in (1, 4, 10, 100)]
    assert waits[:2] == [QUICK, QUICK]
    assert waits[2] < waits[3]
    assert waits[3] / 100 >= 20  # ms of the server for each question
    assert wait(at("paused"), 100) == waits[3]
