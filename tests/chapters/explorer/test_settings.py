"""The Explorer's settings: the nearest valid value is used, with a note for each repair."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given

from tests.chapters.session import Session, at
from tests.chapters.untrusted import any_valid, harmless, valid
from vaeviz.chapters.controls import repaired
from vaeviz.chapters.explorer.explore import TOOL, ExplorerView
from vaeviz.chapters.model.settings import LIKELIHOODS
from vaeviz.chapters.settings import declared, parse
from vaeviz.serve.probes import Probe

VALUES = any_valid(ExplorerView)
Probes = Callable[[str], Probe]


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("beta", "0", 1e-3),
        ("beta", "-5", 1e-3),
        ("beta", "1e9", 100.0),
        ("beta", "inf", 100.0),
        ("sigma2", "0", 1e-4),
        ("sigma2", "11", 10.0),
        ("d", "0", 1),
        ("d", "99", 16),
        ("d", "-inf", 1),
        ("a", "-2", 0),
        ("seed", 10**400, 0),
        ("threshold", "7", 2.0),
        ("d", "2.4", 2),
    ],
)
def test_the_nearest_valid_value_is_used_and_a_note_says_so(
    name: str, raw: Any, expected: float, explorer: Session
) -> None:
    plain = explorer.opens()["notes"]
    header = explorer.opens(**{name: raw})
    assert header["settings"][name] == expected
    (note,) = [n for n in header["notes"] if n not in plain and "is used" in n]
    assert str(header["settings"][name]) in note


@pytest.mark.parametrize("raw", ["", "abc", "nan", None, [], "<b>"])
def test_what_is_no_number_leaves_what_was_there(raw: Any) -> None:
    settings, notes = parse({"beta": raw}, ExplorerView(beta=7.0))
    assert settings.beta == 7.0
    assert len(notes) == 1


def test_a_name_that_is_close_is_not_taken_for_one() -> None:
    settings, notes = parse({"data": "Digits", "likelihood": "GAUSSIAN"}, ExplorerView())
    assert settings == ExplorerView()
    assert len(notes) == 2


@given(view=VALUES)
@pytest.mark.parametrize("name", ["digits", "moons"])
def test_what_fits_is_within_the_models_limits(
    name: str, view: ExplorerView, probe: Probes
) -> None:
    p = probe(name)
    context = at(p, TOOL)
    view = dataclasses.replace(view, model="multi-rate")
    fitted, notes = repaired(view, context)
    valid(fitted)
    harmless(note.text for note in notes)
    assert fitted.d == min(view.d, p.linear.latent)
    assert {fitted.i, fitted.j} <= set(range(1, max(fitted.d, 2) + 1))
    assert fitted.i != fitted.j
    assert max(fitted.a, fitted.b) < len(p.x)
    assert fitted.likelihood in ("gaussian", "gaussian-optimal")
    assert repaired(fitted, context) == (fitted, [])
    kept = ("data", "beta", "sigma2", "threshold", "pixels", "hold", "seed")
    assert all(getattr(fitted, k) == getattr(view, k) for k in kept)


@pytest.mark.parametrize(
    "changes",
    [
        {"d": 17},
        {"a": 500},
        {"b": 500},
        {"likelihood": "bernoulli"},
        {"i": 12},
        {"j": 7, "d": 4},
        {"j": 1},
    ],
    ids=str,
)
def test_every_value_that_does_not_fit_has_a_note(changes: dict[str, Any], probe: Probes) -> None:
    view = dataclasses.replace(ExplorerView(d=8), **changes)
    fitted, notes = repaired(view, at(probe("digits"), TOOL))
    (note,) = notes
    (name,) = [n for n in changes if getattr(fitted, n) != getattr(view, n)]
    assert note.about[0] == name


def test_a_setting_that_fits_is_left_alone(probe: Probes) -> None:
    assert repaired(ExplorerView(), at(probe("digits"), TOOL)) == (ExplorerView(), [])


@given(VALUES)
def test_tau(s: ExplorerView) -> None:
    has_variance = s.likelihood in ("gaussian", "gaussian-optimal")
    assert s.tau == (s.beta * s.sigma2 if has_variance else s.beta)
    assert math.isfinite(s.tau)
    assert s.gaussian == has_variance
    assert set(LIKELIHOODS) == set(declared(ExplorerView)["likelihood"].kind.names)
