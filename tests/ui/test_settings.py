"""Settings from strangers: whatever arrives, what comes out is valid, and a note says what was put back."""

from __future__ import annotations

import dataclasses
import math
import re
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaeviz.checkpoints.manifest import NAME
from vaeviz.ui.kinds import Log, Name, OneOf, Whole
from vaeviz.ui.settings import DECODERS, Settings, fit, parse

FIELDS = {f.name: f.metadata["kind"] for f in dataclasses.fields(Settings)}
DEEP: list[Any] = []
for _ in range(5000):
    DEEP = [DEEP]
ODD = [
    "<script>alert(1)</script>", "1e999", "-inf", "nan", "0x10", "１２", "1_0", " 5 ", "", "\ud800", "\x00",
    "[x](javascript:1)", "`rm`", "$x$", "&lt;b&gt;", "\u202eabc", "../../etc", "a" * 10_000, 10**400,
    -(10**400), 10**5000, 1e308, -0.0, [1, 2], {"a": 1}, ["<b>"], (), 2 + 3j, object, DEEP,
]  # fmt: skip
HOSTILE = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(),
    st.lists(st.integers()), st.dictionaries(st.text(), st.integers()),
)  # fmt: skip


def values() -> st.SearchStrategy[Settings]:
    """Any valid settings."""
    drawn: dict[str, Any] = {}
    for name, kind in FIELDS.items():
        if isinstance(kind, OneOf):
            drawn[name] = st.sampled_from(kind.names)
        elif isinstance(kind, Name):
            drawn[name] = st.from_regex(NAME, fullmatch=True)
        elif isinstance(kind, Whole):
            drawn[name] = st.integers(kind.low, kind.high)
        else:
            drawn[name] = st.floats(kind.low, kind.high).map(kind.repair)
    return st.builds(Settings, **drawn)


def valid(s: Settings) -> None:
    for name, kind in FIELDS.items():
        value = getattr(s, name)
        if isinstance(kind, OneOf):
            assert value in kind.names
        elif isinstance(kind, Name):
            assert NAME.fullmatch(value)
        else:
            assert kind.low <= value <= kind.high
            assert type(value) is (int if isinstance(kind, Whole) else float)


def harmless(notes: list[str]) -> None:
    for note in notes:
        assert not re.search(r"[<>&`$\[\]\n\x00]", note)
        assert note.isprintable()
        assert len(note) < 160


@given(st.dictionaries(st.sampled_from([*FIELDS, "unknown", "__class__"]), HOSTILE))
def test_whatever_arrives_the_settings_are_valid_and_the_notes_harmless(raw: dict[str, Any]) -> None:
    settings, notes = parse(raw)
    valid(settings)
    harmless(notes)
    settings, notes = parse({k: str(type(v)) for k, v in raw.items()})
    valid(settings)
    harmless(notes)


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_odd_values_are_put_back(odd: Any) -> None:
    settings, notes = parse(dict.fromkeys(FIELDS, odd))
    valid(settings)
    harmless(notes)


@given(values())
def test_settings_go_through_the_url_and_come_back(settings: Settings) -> None:
    query = settings.query()
    assert query == "" or query.startswith("?")
    again, notes = parse(dict(parse_qsl(query[1:], strict_parsing=bool(query))))
    assert again == settings
    assert notes == []


@given(values())
def test_settings_go_through_the_board_and_come_back(settings: Settings) -> None:
    assert parse(dataclasses.asdict(settings)) == (settings, [])


def test_the_defaults_need_no_query() -> None:
    assert Settings().query() == ""
    assert parse({}) == (Settings(), [])


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [("beta", "0", 1e-3), ("beta", "-5", 1e-3), ("beta", "1e9", 100.0), ("beta", "inf", 100.0),
     ("sigma2", "0", 1e-4), ("sigma2", "11", 10.0), ("d", "0", 1), ("d", "99", 16), ("d", "-inf", 1),
     ("a", "-1", 0), ("seed", 10**400, 0), ("threshold", "7", 2.0), ("d", "2.4", 2)],
)  # fmt: skip
def test_the_nearest_valid_value_is_used_and_a_note_says_so(name: str, raw: Any, expected: float) -> None:
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


@given(values(), st.integers(1, 16), st.integers(1, 1000))
def test_what_fits_is_within_the_models_limits(settings: Settings, latent: int, examples: int) -> None:
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


@given(values())
def test_tau(s: Settings) -> None:
    has_variance = s.decoder in ("gaussian", "gaussian-optimal")
    assert s.tau == (s.beta * s.sigma2 if has_variance else s.beta)
    assert math.isfinite(s.tau)
    assert s.gaussian == has_variance
    assert set(DECODERS) == set(FIELDS["decoder"].names)


def test_every_default_is_valid() -> None:
    valid(Settings())
    assert all(isinstance(kind, Log | Name | OneOf | Whole) for kind in FIELDS.values())
