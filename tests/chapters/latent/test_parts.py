"""Slow parts: only what the view needs, once, in the background; a failure is a line and is tried
again.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.chapters.latent.contexts import closed_form
from tests.chapters.latent.spaces import autoencoder, digits
from vaeviz.chapters.latent import extras, parts
from vaeviz.chapters.latent.space import Space
from vaeviz.chapters.latent.view import LatentView
from vaeviz.config import UserError
from vaeviz.live.message import Part
from vaeviz.serve import jobs
from vaeviz.serve.probes import Probe

Probes = Callable[[str], Probe]
PLANE = [0, 1]


@dataclasses.dataclass(frozen=True)
class Answer:
    """The slow parts of one frame, what is said of the others, and whether some are awaited."""

    parts: dict[str, Part]
    notes: list[str]
    pending: bool

    @property
    def tags(self) -> set[str]:
        return {part.tag for part in self.parts.values()}

    def made(self, name: str) -> Any:
        return self.parts[name].make()


def once(view: LatentView, s: Space, probe: Probe, dims: Any = None, held: Any = ()) -> Answer:
    """One frame's parts, for a browser whose map has these dimensions and which holds these."""
    view = dataclasses.replace(view, data=probe.data.name, d=s.mu.shape[1])
    with jobs.awaited() as awaited:
        made, notes = parts.parts(view, closed_form(probe, held, dims=dims), s.key, s)
    return Answer(made, notes, bool(awaited))


def settled(view: LatentView, s: Space, probe: Probe, dims: Any = None, held: Any = ()) -> Answer:
    """The parts when none is awaited any more."""
    until = time.monotonic() + 60
    while (answer := once(view, s, probe, dims, held)).pending:
        assert time.monotonic() < until
        time.sleep(0.01)
    return answer


@pytest.mark.parametrize(
    ("changes", "dims", "names"),
    [
        ({}, PLANE, {"densities"}),
        ({"contours": "on"}, PLANE, {"densities", "contours"}),
        ({"contours": "on"}, None, {"densities"}),
        ({"map": "pca"}, None, {"densities", "embedding"}),
        ({"map": "pca", "contours": "on"}, PLANE, {"densities", "embedding"}),
        ({"tool": "aggregate"}, PLANE, {"densities", "contours", "aggregate"}),
        ({"tool": "holes"}, PLANE, {"densities", "holes"}),
    ],
    ids=range(7),
)
def test_what_a_view_needs(
    changes: dict[str, Any],
    dims: Any,
    names: set[str],
    probe: Probes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parts, "dedicated", lambda name: ())
    answer = settled(LatentView(**changes), digits(), probe("digits"), dims)
    assert set(answer.parts) == names
    assert len(answer.tags) == len(names)
    assert answer.notes == []


@pytest.mark.parametrize("dims", [None, "01", [0], [0.5, 1], [0, 3], [-1, 0], [True, False]])
def test_dimensions_that_the_model_does_not_have_have_no_contours(dims: Any, probe: Probes) -> None:
    answer = settled(LatentView(contours="on"), digits(), probe("digits"), dims)
    assert set(answer.parts) == {"densities"}


def test_what_the_browser_holds_is_named_and_not_made_until_it_is_another(
    probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    view, s, p = LatentView(contours="on"), digits(), probe("digits")
    first = settled(view, s, p, PLANE)
    monkeypatch.setattr(jobs, "STORE", jobs.Store())  # all is forgotten
    again = once(view, s, p, PLANE, first.tags)
    assert (again.tags, again.pending) == (first.tags, False)
    other = settled(view, s, p, [0, 2], first.tags)
    assert other.parts["densities"].tag == first.parts["densities"].tag
    assert other.made("contours")["dims"] == [0, 2]
    assert other.parts["contours"].tag not in first.tags


def test_what_is_held_is_named_without_its_space(probe: Probes) -> None:
    view = LatentView(data="digits", d=3, tool="aggregate")
    tags = settled(view, digits(), probe("digits")).tags
    context = closed_form(probe("digits"), tags)
    assert {part.tag for part in parts.parts(view, context, digits().key, None)[0].values()} == tags
    assert parts.parts(view, closed_form(probe("digits")), digits().key, None) == ({}, [])


def test_another_map_is_another_embedding(probe: Probes, monkeypatch: pytest.MonkeyPatch) -> None:
    s, p = digits(), probe("digits")
    monkeypatch.setattr(extras, "embedding", lambda s, method, report: {"points": method})
    held = settled(LatentView(map="pca"), s, p).tags
    answer = settled(LatentView(map="tsne"), s, p, held=held)
    assert answer.made("embedding") == {"tsne": {"points": "tsne"}}
    assert answer.parts["embedding"].tag not in held


def test_who_waits_is_told_how_far_it_is(probe: Probes, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, reported = threading.Event(), threading.Event()

    def slow(s: Any, method: str, report: Callable[[float], None]) -> dict[str, Any]:
        report(0.25)
        reported.set()
        gate.wait(10)
        return {}

    monkeypatch.setattr(extras, "embedding", slow)
    view, s, p = LatentView(map="tsne"), digits(), probe("digits")
    held = settled(LatentView(), s, p).tags
    once(view, s, p, held=held)
    reported.wait(10)
    answer = once(view, s, p, held=held)
    assert (set(answer.parts), answer.pending) == ({"densities"}, True)
    assert answer.notes == ["t-SNE of 1,797 codes: 25 % done."]
    gate.set()
    answer = settled(view, s, p, held=held)
    assert (set(answer.parts), answer.notes) == ({"densities", "embedding"}, [])


def test_a_layout_holds_up_no_other_slow_part(
    probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    monkeypatch.setattr(extras, "embedding", lambda s, method, report: gate.wait(60) and {})
    assert once(LatentView(map="tsne"), digits(), probe("digits")).pending
    answer = settled(LatentView(), digits(2), probe("digits"))
    gate.set()
    assert set(answer.parts) == {"densities"}


def test_each_space_has_its_own_parts(probe: Probes) -> None:
    for d in (3, 2):
        answer = settled(LatentView(), digits(d), probe("digits"))
        assert answer.made("densities")["q"].shape[0] == d


def test_one_part_that_is_not_ready_is_enough_to_ask_again(
    probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    monkeypatch.setattr(parts, "dedicated", lambda name: ())
    monkeypatch.setattr(extras, "embedding", lambda s, method, report: gate.wait(60) and {})
    settled(LatentView(tool="holes"), digits(), probe("digits"))
    answer = once(LatentView(tool="holes", map="tsne"), digits(), probe("digits"))
    gate.set()
    assert (set(answer.parts), answer.pending) == ({"densities", "holes"}, True)


def test_a_failure_is_a_line_and_is_tried_again(
    probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = [UserError("t-SNE failed: try PCA"), None]

    def flaky(s: Any, method: str, report: Any) -> dict[str, Any]:
        outcome = outcomes.pop(0)
        if outcome:
            raise outcome
        return {}

    monkeypatch.setattr(extras, "embedding", flaky)
    settled(LatentView(), digits(), probe("digits"))  # or the failure may pass while these are made
    answer = settled(LatentView(map="tsne"), digits(), probe("digits"))
    assert answer.notes == ["t-SNE failed: try PCA."]
    assert set(answer.parts) == {"densities"}
    assert "embedding" in settled(LatentView(map="tsne"), digits(), probe("digits")).parts


def test_without_a_pair_a_line_says_where_there_is_one(
    probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "dedicated", lambda name: ())
    made = settled(LatentView(tool="holes"), digits(2, "moons"), probe("moons")).made("holes")
    assert made["pads"] == []
    assert probe("moons").data.about.title in made["text"]


@dataclasses.dataclass(frozen=True)
class Own:
    """A dedicated model as far as the pair needs it."""

    name: str
    key: str

    @property
    def entry(self) -> Own:
        return self


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The pairs of models whose holes have been measured, by their weights."""
    pairs: list[tuple[str, str]] = []
    monkeypatch.setattr(parts.models, "dedicated", lambda own, probe, patience: own)
    monkeypatch.setattr(
        parts, "holes", lambda data, two: pairs.append((two[0].key, two[1].key)) or {"pads": [1]}
    )
    return pairs


def with_pair(monkeypatch: pytest.MonkeyPatch, *names: str, weights: str = "1") -> None:
    own = [Own(name, f"{name} {weights}") for name in (*names, "digits-other")]
    monkeypatch.setattr(parts, "dedicated", lambda data: own)


def test_holes_are_measured_once_for_all_models_of_a_data_set(
    measured: list[tuple[str, str]], probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_pair(monkeypatch, "digits-vae-2d", "digits-ae-2d")
    for s in (digits(3), digits(2), autoencoder()):
        answer = settled(LatentView(tool="holes"), s, probe("digits"))
        assert answer.made("holes")["pads"] == [1]
    assert measured == [("digits-ae-2d 1", "digits-vae-2d 1")]


def test_another_pair_has_other_holes(
    measured: list[tuple[str, str]], probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = []
    for weights in ("1", "2", "2"):
        with_pair(monkeypatch, "digits-ae-2d", "digits-vae-2d", weights=weights)
        answer = settled(LatentView(tool="holes"), digits(), probe("digits"))
        assert answer.made("holes")["key"] == answer.parts["holes"].tag
        keys.append(answer.parts["holes"].tag)
    assert len(set(keys)) == len(measured) == 2
    assert keys[1] == keys[2]


def test_half_a_pair_is_none(
    measured: list[tuple[str, str]], probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_pair(monkeypatch, "digits-ae-2d")
    made = settled(LatentView(tool="holes"), digits(), probe("digits")).made("holes")
    assert (made["pads"], measured) == ([], [])


def test_a_pair_that_does_not_load_is_a_line(
    measured: list[tuple[str, str]], probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_pair(monkeypatch, "digits-ae-2d", "digits-vae-2d")
    monkeypatch.setattr(parts.models, "dedicated", lambda own, probe, patience: None)
    answer = settled(LatentView(tool="holes"), digits(), probe("digits"))
    assert ["takes too long to load" in note for note in answer.notes] == [True]
    assert (set(answer.parts), measured) == ({"densities"}, [])
