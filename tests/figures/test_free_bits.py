"""Free bits: the pull on both sides of the floor, and texts that follow the numbers."""

from __future__ import annotations

import dataclasses

import numpy as np

from vaeviz.figures.free_bits import free_bits
from vaeviz.figures.theme import LIGHT
from vaeviz.records.free_bits import Pull

KL = np.array([[0.1, 0.3], [0.2, 0.4]])
FREE = np.array([[0.5, 0.6], [0.55, 0.7]])
PULL = Pull(0.25, np.array([0.0, 25.0]), KL, np.where(KL < 0.25, 0.0, FREE), FREE, "a test")


def test_every_look_is_a_dot_and_those_below_have_a_ring_too() -> None:
    spec = free_bits(PULL, LIGHT)
    traces = {trace["name"]: trace for trace in spec.data}
    assert traces["with free bits"]["x"].tolist() == [0.1, 0.3, 0.2, 0.4]
    assert traces["with free bits"]["y"].tolist() == [0.0, 0.6, 0.0, 0.7]
    assert traces["without the floor"]["y"].tolist() == [0.5, 0.55]
    assert traces["floor"]["x"].tolist() == [0.25, 0.25]
    (left, right), (low, high) = spec.layout["xaxis"]["range"], spec.layout["yaxis"]["range"]
    assert all(left <= x <= right for t in spec.data for x in t["x"])
    assert all(low <= y <= high for t in spec.data for y in t["y"])


def test_the_words_are_the_numbers() -> None:
    meta = free_bits(PULL, LIGHT).layout["meta"]
    assert meta["title"] == "No pull below 0.25 nats"
    assert "2 of 4 measurements" in meta["alt"]
    assert "up to 0.55; above it is 0.70 at most" in meta["alt"]
    leaking = dataclasses.replace(PULL, pull=FREE)
    assert (
        free_bits(leaking, LIGHT).layout["meta"]["title"] == "A pull of up to 0.55 below 0.25 nats"
    )
    above = dataclasses.replace(PULL, floor=0.01)
    assert free_bits(above, LIGHT).layout["meta"]["title"] == "No dimension is below the floor"


def test_whichever_pull_is_the_larger_is_in_view() -> None:
    for record in (
        dataclasses.replace(PULL, pull=3 * FREE),
        dataclasses.replace(PULL, free=3 * KL),
    ):
        spec = free_bits(record, LIGHT)
        low, high = spec.layout["yaxis"]["range"]
        most = max(record.pull.max(), record.free.max())
        assert low < 0 < most <= high < 1.5 * most
        floor = next(trace for trace in spec.data if trace["name"] == "floor")
        assert list(floor["y"]) == [0.0, high]


def test_the_alt_text_states_the_pull_on_both_sides() -> None:
    spec = free_bits(dataclasses.replace(PULL, free=FREE + 1), LIGHT)
    assert spec.layout["meta"]["alt"] == (
        "No pull below 0.25 nats: 2 of 4 measurements lie there, where without the"
        " floor the pull would be up to 1.55; above it is 0.70 at most, 1.70 without."
    )
    above = free_bits(dataclasses.replace(PULL, floor=0.01), LIGHT).layout["meta"]["alt"]
    assert "up to 0.00; above it is 0.70 at most, 0.70 without" in above
