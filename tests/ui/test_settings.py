"""The Explorer's settings: the nearest valid value is used, what fits a model, and a note for each
change.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.strangers import any_valid, harmless, valid
from vaeviz.ui.kinds import kinds
from vaeviz.ui.settings import DECODERS, Settings, fit, parse

VALUES = any_valid(Settings)


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
        ("a", "-1", 0),
        ("seed", 10**400, 0),
        ("threshold", "7", 2.0),
        ("d", "2.4", 2),
    ],
)
def test_the_nearest_valid_value_is_used_and_a_note_says_so(
    name: str, raw: Any, expected: float
) -> None:
    settings, notes = parse({name: raw})
    assert getattr(settings, name) == expected
    assert len(notes) == 1
    assert str(getattr(settings, name)) in notes[0]


@pytest.mark.parametrize("raw", ["", "abc", "nan", None, [], "<b>"])
def test_what_is_no_number_leaves_what_was_there(raw: Any) -> None:
    settings, notes = parse({"beta": raw}, Settings(beta=7.0))
    assert settings.beta == 7.0
    assert len(notes) == 1


def test_a_name_that_is_close_is_not_taken_for_one() -> None:
    settings, notes = parse({"data": "Digits", "decoder": "GAUSSIAN"})
    assert settings == Settings()
    assert len(notes) == 2


@given(VALUES, st.integers(1, 16), st.integers(1, 1000))
def test_what_fits_is_within_the_models_limits(
    settings: Settings, latent: int, examples: int
) -> None:
    decoders = ("gaussian", "gaussian-optimal")
    fitted, notes = fit(settings, latent, examples, decoders)
    valid(fitted)
    harmless(notes)
    assert fitted.d == min(settings.d, latent)
    assert {fitted.i, fitted.j} <= set(range(1, max(fitted.d, 2) + 1))
    assert fitted.i != fitted.j
    assert max(fitted.a, fitted.b) < examples
    assert fitted.decoder in decoders
    assert fit(fitted, latent, examples, decoders) == (fitted, [])
    kept = ("data", "beta", "sigma2", "threshold", "pixels", "hold", "seed")
    assert all(getattr(fitted, k) == getattr(settings, k) for k in kept)


@pytest.mark.parametrize(
    "changes",
    [{"d": 9}, {"a": 500}, {"b": 500}, {"decoder": "bernoulli"}, {"i": 12}, {"j": 7, "d": 4}],
    ids=str,
)
def test_every_value_that_does_not_fit_is_said(changes: dict[str, Any]) -> None:
    settings = dataclasses.replace(Settings(d=8), **changes)
    _, notes = fit(settings, 8, 359, ("gaussian",))
    assert len(notes) == 1


def test_a_setting_that_fits_is_left_alone() -> None:
    assert fit(Settings(), 16, 359, ("gaussian",)) == (Settings(), [])


@given(VALUES)
def test_tau(s: Settings) -> None:
    has_variance = s.decoder in ("gaussian", "gaussian-optimal")
    assert s.tau == (s.beta * s.sigma2 if has_variance else s.beta)
    assert math.isfinite(s.tau)
    assert s.gaussian == has_variance
    assert set(DECODERS) == set(kinds(Settings)["decoder"].names)
