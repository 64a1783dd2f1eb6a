"""The tool The node: its scenes' claims, and the two ways side by side."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vaeviz.chapters.chapter import Context
from vaeviz.chapters.gradients.node import TOOL, NodeView
from vaeviz.figures.theme import LIGHT
from vaeviz.records import Table

CONTEXT = Context(LIGHT)
SCENES = {scene.name: scene for scene in TOOL.scenes(NodeView(), CONTEXT)}


def at(scene: str) -> NodeView:
    return replace(NodeView(), **SCENES[scene].settings)


def table(view: NodeView) -> Table:
    found = TOOL.show(view, CONTEXT).panels["autograd"]
    assert isinstance(found, Table)
    return found


def test_cut_nothing_arrives_and_open_the_stated_numbers_do() -> None:
    assert at("Cut").gradient.mu is None
    assert at("Cut").gradient.logvar is None
    opened = at("Open").gradient
    assert (opened.mu, opened.logvar) == pytest.approx((-1.0, 0.15))
    assert at("Open").step.z == at("Cut").step.z


def test_an_unnoticed_cut_leaves_the_kls_part() -> None:
    view = at("Unnoticed")
    assert view.gradient.mu == pytest.approx(0.5)
    assert replace(view, way="reparameterized").gradient.mu == pytest.approx(-0.5)


def test_without_noise_sigma_gets_nothing() -> None:
    assert at("ε = 0").gradient.logvar == 0
    assert at("ε = 0").gradient.mu != 0


@pytest.mark.parametrize(
    ("way", "counted", "found"),
    [
        ("sampled", "nll", ["None", "None", "None", "−0.200"]),
        ("reparameterized", "nll", ["−1.000", "0.150", "−1.000", "−0.200"]),
        ("sampled", "both", ["0.500", "0.000", "None", "−0.200"]),
        ("reparameterized", "both", ["−0.500", "0.150", "−1.000", "−0.200"]),
    ],
)
def test_the_table_has_what_autograd_left(way: str, counted: str, found: list[str]) -> None:
    rows = table(NodeView(way=way, counted=counted)).rows
    assert [row[2] for row in rows] == found


def test_the_graph_says_none_where_nothing_arrives() -> None:
    for way, said in (("sampled", "∂ None"), ("reparameterized", "∂ −1.000")):
        figure = TOOL.show(NodeView(way=way), CONTEXT).panels["graph"]
        assert figure.data[-1]["text"][1] == said  # type: ignore[union-attr]
