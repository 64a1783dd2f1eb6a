"""The graph of a computation: its texts stand at its nodes, its edges keep away from them."""

from __future__ import annotations

from math import hypot

from tests.figures.by_hand import GRAPH
from vaeviz.figures.graph import START, graph, written
from vaeviz.figures.theme import LIGHT


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


def test_zero_has_no_sign() -> None:
    assert written(-0.0001) == "0.000"
    assert written(-0.5) == "−0.500"
