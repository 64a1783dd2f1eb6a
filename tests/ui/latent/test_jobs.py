"""Slow parts: only what the view needs, once, in the background; a failure is a line and is tried
again.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.ui.latent.spaces import autoencoder, digits
from vaeviz.config import UserError
from vaeviz.ui.latent import extras, jobs
from vaeviz.ui.latent.choice import Choice
from vaeviz.ui.latent.settings import View
from vaeviz.ui.store import Once
from vaeviz.ui.views import Probe

Probes = Callable[[str], Probe]


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs that nobody else started, and time for each."""
    monkeypatch.setattr(jobs, "SPACES", Once(workers=1, most=12))
    monkeypatch.setattr(jobs, "SLOW", Once(workers=1, most=48))
    monkeypatch.setattr(jobs, "LAYOUTS", Once(workers=1, most=48))
    monkeypatch.setattr(jobs, "QUICK", 60)
    monkeypatch.setattr(jobs, "PATIENCE", 60)


@pytest.mark.parametrize(
    ("changes", "dims", "names"),
    [
        ({}, (0, 1), {"densities"}),
        ({"contours": "on"}, (0, 1), {"densities", "contours"}),
        ({"contours": "on"}, None, {"densities"}),
        ({"map": "pca"}, None, {"densities", "embedding"}),
        ({"tool": "aggregate"}, (0, 1), {"densities", "contours", "aggregate"}),
        ({"tool": "holes"}, (0, 1), {"densities", "holes"}),
    ],
    ids=str,
)
def test_what_a_view_needs(
    changes: dict[str, Any],
    dims: Any,
    names: set[str],
    probe: Probes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "dedicated", lambda name: ())
    found = jobs.parts(View(**changes), dims, digits(), probe("digits"), {})
    assert set(found.extras) == set(found.tags) == names
    assert (found.notes, found.pending) == ([], False)


def test_a_code_of_one_dimension_has_no_plane(probe: Probes) -> None:
    assert (
        "embedding" not in jobs.parts(View(map="pca"), None, digits(1), probe("digits"), {}).extras
    )


def test_what_the_board_holds_is_not_sent_again_until_it_is_another(probe: Probes) -> None:
    view, s, p = View(contours="on"), digits(), probe("digits")
    first = jobs.parts(view, (0, 1), s, p, {})
    assert jobs.parts(view, (0, 1), s, p, first.tags).extras == {}
    again = jobs.parts(view, (0, 2), s, p, first.tags)
    assert set(again.extras) == {"contours"}
    assert again.extras["contours"]["dims"] == [0, 2]
    assert set(jobs.parts(view, (0, 1), s, p, {**first.tags, **again.tags}).extras) == {"contours"}


def test_another_map_is_another_embedding(probe: Probes, monkeypatch: pytest.MonkeyPatch) -> None:
    s, p = digits(), probe("digits")
    monkeypatch.setattr(extras, "embedding", lambda s, method, report: {"points": method})
    held = jobs.parts(View(map="pca"), None, s, p, {}).tags
    found = jobs.parts(View(map="tsne"), None, s, p, held)
    assert found.extras == {"embedding": {"tsne": {"points": "tsne"}}}


def test_all_sessions_share_a_space(probe: Probes) -> None:
    p = probe("digits")
    choice = Choice(p.linear, View(data="digits").model_settings, ("gaussian",), [])
    assert jobs.encoded(choice, p) is jobs.encoded(dataclasses.replace(choice, notes=["x"]), p)


def test_who_does_not_wait_is_told_and_asks_again(
    probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, reported = threading.Event(), threading.Event()

    def slow(s: Any, method: str, report: Callable[[float], None]) -> dict[str, Any]:
        report(0.25)
        reported.set()
        gate.wait(10)
        return {}

    monkeypatch.setattr(extras, "embedding", slow)
    view, s, p = View(map="tsne"), digits(), probe("digits")
    held = jobs.parts(View(), None, s, p, {}).tags
    monkeypatch.setattr(jobs, "QUICK", 0)
    jobs.parts(view, None, s, p, held)
    reported.wait(10)
    found = jobs.parts(view, None, s, p, held)
    assert (found.extras, found.pending) == ({}, True)
    assert found.notes == ["t-SNE of 1,797 codes: 25 % done."]
    gate.set()
    monkeypatch.setattr(jobs, "QUICK", 60)
    done = jobs.parts(view, None, s, p, held)
    assert (set(done.extras), done.pending, done.notes) == ({"embedding"}, False, [])


def test_a_layout_holds_up_no_other_slow_part(
    probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    monkeypatch.setattr(extras, "embedding", lambda s, method, report: gate.wait(60))
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "QUICK", 0)
        jobs.parts(View(map="tsne"), None, digits(), probe("digits"), {"densities": ""})
    found = jobs.parts(View(), None, digits(2), probe("digits"), {})
    gate.set()
    assert set(found.extras) == {"densities"}


def test_each_space_has_its_own_parts(probe: Probes) -> None:
    for d in (3, 2):
        found = jobs.parts(View(), None, digits(d), probe("digits"), {})
        assert found.extras["densities"]["q"].shape[0] == d


def test_one_part_that_is_not_ready_is_enough_to_ask_again(
    probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    monkeypatch.setattr(jobs, "dedicated", lambda name: ())
    monkeypatch.setattr(extras, "embedding", lambda s, method, report: gate.wait(60))
    jobs.parts(View(tool="holes"), None, digits(), probe("digits"), {})
    monkeypatch.setattr(jobs, "QUICK", 0)
    found = jobs.parts(View(tool="holes", map="tsne"), None, digits(), probe("digits"), {})
    gate.set()
    assert (set(found.extras), found.pending) == ({"densities", "holes"}, True)


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
    found = jobs.parts(View(map="tsne"), None, digits(), probe("digits"), {})
    assert (found.notes, found.pending) == (["t-SNE failed: try PCA."], False)
    assert set(found.extras) == {"densities"}
    assert "embedding" in jobs.parts(View(map="tsne"), None, digits(), probe("digits"), {}).extras


def test_without_a_pair_a_line_says_where_there_is_one(
    probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "dedicated", lambda name: ())
    found = jobs.parts(View(tool="holes"), None, autoencoder(), probe("moons"), {}).extras["holes"]
    assert found["pads"] == []
    assert probe("moons").data.about.title in found["text"]


@dataclasses.dataclass(frozen=True)
class Own:
    """A dedicated model as far as the pair needs it."""

    name: str
    key: str
    variational: bool = True

    @property
    def entry(self) -> Own:
        return self


def test_an_autoencoders_space_has_no_posterior(probe: Probes) -> None:
    p: Any = probe("digits")
    settings = View(data="digits").model_settings
    for variational in (True, False):
        own: Any = Own("mine", f"weights {variational}", variational)
        found = jobs.encoded(Choice(p.linear, settings, ("gaussian",), [], own), p)
        assert found is not None
        assert found.variational is variational


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The pairs of models whose holes have been measured, by their weights."""
    found: list[tuple[str, str]] = []
    monkeypatch.setattr(jobs.models, "dedicated", lambda own, probe, patience: own)
    monkeypatch.setattr(
        jobs, "holes", lambda data, two: found.append((two[0].key, two[1].key)) or {"pads": [1]}
    )
    return found


def with_pair(monkeypatch: pytest.MonkeyPatch, *names: str, weights: str = "1") -> None:
    own = [Own(name, f"{name} {weights}") for name in (*names, "digits-other")]
    monkeypatch.setattr(jobs, "dedicated", lambda data: own)


def test_holes_are_measured_once_for_all_models_of_a_data_set(
    measured: list[tuple[str, str]], probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_pair(monkeypatch, "digits-vae-2d", "digits-ae-2d")
    for s in (digits(3), digits(2), autoencoder()):
        found = jobs.parts(View(tool="holes"), None, s, probe("digits"), {})
        assert found.extras["holes"]["pads"] == [1]
    assert measured == [("digits-ae-2d 1", "digits-vae-2d 1")]


def test_another_pair_has_other_holes(
    measured: list[tuple[str, str]], probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, held = [], {}
    for weights in ("1", "2", "2"):
        with_pair(monkeypatch, "digits-ae-2d", "digits-vae-2d", weights=weights)
        found = jobs.parts(View(tool="holes"), None, digits(), probe("digits"), held)
        held = {**held, **found.tags}
        keys += [found.extras["holes"]["key"]] if "holes" in found.extras else []
    assert len(set(keys)) == len(keys) == len(measured) == 2


def test_half_a_pair_is_none(
    measured: list[tuple[str, str]], probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_pair(monkeypatch, "digits-ae-2d")
    found = jobs.parts(View(tool="holes"), None, digits(), probe("digits"), {})
    assert (found.extras["holes"]["pads"], measured) == ([], [])


def test_a_pair_that_does_not_load_is_a_line(
    measured: list[tuple[str, str]], probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_pair(monkeypatch, "digits-ae-2d", "digits-vae-2d")
    monkeypatch.setattr(jobs.models, "dedicated", lambda own, probe, patience: None)
    found = jobs.parts(View(tool="holes"), None, digits(), probe("digits"), {})
    assert ["takes too long to load" in note for note in found.notes] == [True]
    assert (set(found.extras), measured) == ({"densities"}, [])
