"""The graph of a computation: its texts stand at its nodes, its edges keep away from them."""

from __future__ import annotations

from itertools import combinations
from math import hypot

import pytest

from tests.figures.by_hand import GRAPH
from vaeviz.chapters.chapter import Context
from vaeviz.chapters.gradients import node
from vaeviz.chapters.objective import step
from vaeviz.figures.graph import LINE, SIZE, START, WIDTH, graph, written
from vaeviz.figures.theme import FONT_SIZE, LIGHT


def test_values_stand_below_and_gradients_above_the_symbols() -> None:
    drawn = graph(GRAPH, LIGHT)
    *symbols, values, gradients = drawn.data[2:]
    assert [trace["text"] for trace in symbols] == [["μ"], ["ε"], ["z"]]
    assert [trace["textfont"]["color"] for trace in symbols] == [
        LIGHT.posterior,
        LIGHT.rate,
        LIGHT.rate,
    ]
    assert values["text"] == ["0.500", "−0.300", "0.200"]
    assert gradients["text"] == ["∂ −0.500", "", "∂ −1.000"]
    for low, middle, high in zip(values["y"], symbols, gradients["y"], strict=True):
        assert low < middle["y"][0] < high
    drawn.draw()


def test_an_edge_begins_and_ends_away_from_the_nodes() -> None:
    solid, dotted = graph(GRAPH, LIGHT).data[:2]
    for trace, start, end in ((solid, "mu", "z"), (dotted, "epsilon", "z")):
        ends = [(start, 0), (end, 1)]
        for name, k in ends:
            node = GRAPH.nodes[name]
            assert hypot(trace["x"][k] - node.x, trace["y"][k] - node.y) >= START - 1e-9
    assert solid["line"]["dash"] == "solid"
    assert dotted["line"]["dash"] == "dot"


PHONE = 358  # pixels of a graph on a narrow screen
TOOLS = {
    "step": (step, step.StepView()),
    "drawn": (node, node.NodeView(way="sampled", counted="both")),
    "placed": (node, node.NodeView(way="reparameterized", counted="both")),
}


@pytest.mark.parametrize("name", TOOLS)
def test_on_a_phone_texts_stand_apart_and_arrows_keep_off_the_symbols(name: str) -> None:
    tool, view = TOOLS[name]
    drawn = tool.show(view, Context(LIGHT)).panels["graph"]
    places = [(t["text"][0], t["x"][0], t["y"][0]) for t in drawn.data[2:-2]]
    unit = PHONE / WIDTH
    half = {text: 0.5 * 0.45 * (FONT_SIZE + 6) * len(text) / unit for text, _, _ in places}
    number = 0.5 * 0.45 * SIZE * len("−1.000") / unit
    wide = {text: max(half[text], number) for text in half}
    for text, x, _ in places:
        assert wide[text] < x < WIDTH - wide[text]
    for (one, x, y), (other, right, up) in combinations(places, 2):
        if abs(y - up) < 2 * LINE:
            assert abs(x - right) >= wide[one] + wide[other]
    for trace in drawn.data[:2]:
        for x, y in zip(trace["x"], trace["y"], strict=True):
            on = [(text, at) for text, at, row in places if x is not None and abs(y - row) < 0.1]
            assert all(abs(x - at) > half[text] for text, at in on)


def test_a_long_edge_keeps_off_the_numbers_of_its_nodes() -> None:
    solid, dotted = graph(GRAPH, LIGHT).data[:2]
    for trace, start in ((solid, "mu"), (dotted, "epsilon")):
        for k, name in ((0, start), (1, "z")):
            at = GRAPH.nodes[name]
            x, y = abs(trace["x"][k] - at.x), abs(trace["y"][k] - at.y)
            assert x >= 0.8 or y >= LINE + 0.2


def test_zero_has_no_sign() -> None:
    assert written(-0.0001) == "0.000"
    assert written(-0.5) == "−0.500"
