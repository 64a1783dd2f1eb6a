"""Plans from anywhere: whatever arrives, what comes out can be trained, and twins differ in one
setting.
"""

from __future__ import annotations

import dataclasses
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.chapters.training.desk import fit, take
from tests.chapters.untrusted import HOSTILE, ODD, harmless
from vaeviz import data
from vaeviz.chapters.chapter import Context
from vaeviz.chapters.controls import rules
from vaeviz.chapters.settings import OneOf, Whole, Word, query
from vaeviz.chapters.training.plan import KINDS, MASKED, SPEEDS, TWINS, WIDTHS, Plan, read
from vaeviz.chapters.training.rules import RULES, no_twin
from vaeviz.config import RunSettings
from vaeviz.figures.theme import LIGHT

ABOUT = {name: data.describe(name) for name in data.names()}


def plans() -> st.SearchStrategy[Plan]:
    """Any plan that its own kinds allow, possible or not."""
    drawn: dict[str, Any] = {}
    for name, kind in KINDS.items():
        if isinstance(kind, OneOf):
            drawn[name] = st.sampled_from(kind.names)
        elif isinstance(kind, Whole):
            drawn[name] = st.integers(kind.low, kind.high)
        elif isinstance(kind, Word):
            drawn[name] = st.sampled_from(
                ["", "0.5", "ae", "linear", "x", "gaussian", "categorical", "1e-9"]
            )
        else:
            drawn[name] = st.floats(kind.low, kind.high).map(kind.repair)
    return st.builds(Plan, **drawn)


def fitted(plan: Plan) -> Plan:
    return fit(plan)[0]


def apart(one: RunSettings, two: RunSettings) -> list[str]:
    names = [f.name for f in dataclasses.fields(RunSettings)]
    return [name for name in names if getattr(one, name) != getattr(two, name)]


@given(plans())
def test_whatever_was_asked_for_what_fits_can_be_trained(plan: Plan) -> None:
    made, notes = fit(plan)
    harmless(notes)
    made.settings()
    assert fit(made) == (made, [])
    assert made.i != made.j
    assert max(made.i, made.j) <= max(made.latent, 2)
    assert max(made.a, made.b) < 359
    assert made.widths in WIDTHS[made.architecture]


@given(plans())
def test_twins_differ_in_exactly_the_setting_that_the_plan_names(plan: Plan) -> None:
    made = fitted(plan)
    one, *twin = made.settings()
    if made.twin == "none":
        assert (twin, made.other) == ([], "")
    else:
        (two,) = twin
        assert apart(one, two) == [{"model": "variational"}.get(made.twin, made.twin)]
        assert no_twin(made.twin, made) == ""


@given(plans())
def test_what_fits_goes_through_the_url_and_the_board_and_comes_back(plan: Plan) -> None:
    made = fitted(plan)
    link = query(made)
    assert take(dict(parse_qsl(link[1:], strict_parsing=bool(link)))) == (made, [])
    assert read(dataclasses.asdict(made)) == made
    assert take(dataclasses.asdict(made)) == (made, [])
    assert take({}, made) == (made, [])


@given(st.dictionaries(st.sampled_from([*KINDS, "unknown", "__class__"]), HOSTILE))
def test_whatever_arrives_the_plan_is_valid_and_the_notes_harmless(raw: dict[str, Any]) -> None:
    plan, notes = take(raw)
    harmless(notes)
    fitted(plan).settings()


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_odd_values_are_put_back(odd: Any) -> None:
    plan, notes = take(dict.fromkeys(KINDS, odd))
    harmless(notes)
    fitted(plan).settings()


def test_the_defaults_fit_and_need_no_query() -> None:
    assert query(Plan()) == ""
    for name in ABOUT:
        plan = Plan(data=name)
        assert fit(plan) == (plan, [])


def test_the_fields_reach_the_run() -> None:
    raw = {
        "data": "moons",
        "architecture": "mlp",
        "widths": "512-512-512",
        "likelihood": "gaussian-learned",
        "decoder": "linear",
        "model": "ae",
        "beta": "2.5",
        "sigma2": "0.3",
        "latent": "2",
        "schedule": "cyclical",
        "warmup": "70",
        "free_bits": "0.2",
        "learning_rate": "0.01",
        "batch": "64",
        "steps": "900",
        "seed": "7",
    }
    plan, notes = take(raw)
    assert notes == []
    assert plan.settings()[0] == RunSettings(
        data="moons",
        architecture="mlp",
        widths=(512, 512, 512),
        likelihood="gaussian-learned",
        decoder="linear",
        variational=False,
        beta=2.5,
        sigma2=0.3,
        latent=2,
        schedule="cyclical",
        warmup=70,
        free_bits=0.2,
        learning_rate=0.01,
        batch=64,
        steps=900,
        seed=7,
    )


@pytest.mark.parametrize(
    ("changes", "expected", "word"),
    [
        (
            {"data": "moons", "architecture": "conv", "widths": "16-32"},
            {"architecture": "mlp"},
            "multiples",
        ),
        ({"architecture": "conv", "widths": "64"}, {"widths": "16-32"}, "64 belong"),
        ({"data": "moons", "likelihood": "bernoulli"}, {"likelihood": "gaussian"}, "from 0 to 1"),
        (
            {"data": "sprites-64", "likelihood": "categorical"},
            {"likelihood": "gaussian"},
            "1,024 pixels",
        ),
        ({"schedule": "linear", "warmup": 900, "steps": 300}, {"warmup": 300}, "never end"),
        (
            {"twin": "schedule", "other": "linear", "warmup": 900, "steps": 300},
            {"warmup": 300},
            "never end",
        ),
        ({"i": 12, "latent": 8}, {"i": 8}, "irst dimension drawn '12'"),
        ({"i": 2}, {"j": 1}, "econd dimension drawn '2'"),
        ({"a": 10**6}, {"a": 199}, "xample A"),
        (
            {"twin": "sigma2", "other": "1", "likelihood": "bernoulli"},
            {"twin": "none"},
            "no variance",
        ),
        ({"twin": "beta", "other": "4", "model": "ae"}, {"twin": "none"}, "no rate"),
        ({"twin": "beta", "other": "1"}, {"other": "4"}, "can't be 1"),
        ({"decoder": "masked", "data": "mnist-5k"}, {"decoder": "mirror"}, "100 pixels"),
        ({"decoder": "masked", "data": "moons"}, {"decoder": "mirror"}, "digits"),
        (
            {"decoder": "masked", "architecture": "conv", "widths": "16-32"},
            {"decoder": "mirror"},
            "MLP",
        ),
        ({"decoder": "masked", "likelihood": "categorical"}, {"decoder": "mirror"}, "one number"),
        (
            {"decoder": "masked", "twin": "likelihood", "other": "categorical"},
            {"other": "gaussian-optimal"},
            "can't be categorical",
        ),
        (
            {"decoder": "masked", "likelihood": "gaussian-per-pixel"},
            {"decoder": "mirror"},
            "one number",
        ),
        (
            {"decoder": "masked", "twin": "likelihood", "other": "gaussian-per-pixel"},
            {"other": "gaussian-optimal"},
            "can't be gaussian-per-pixel",
        ),
        (
            {"twin": "sigma2", "other": "1", "likelihood": "gaussian-per-pixel"},
            {"twin": "none"},
            "its own σ²",
        ),
        (
            {"data": "mnist-5k", "twin": "decoder", "other": "masked"},
            {"other": "linear"},
            "can't be masked",
        ),
        ({"twin": "skip", "other": "yes"}, {"twin": "none"}, "only a masked decoder"),
        (
            {"decoder": "masked", "twin": "decoder", "other": "mirror", "skip": "yes"},
            {"skip": "no"},
            "masked decoders",
        ),
        ({"twin": "decoder", "other": "masked", "unseen": 0.5}, {"unseen": 0.0}, "masked decoders"),
    ],
    ids=str,
)
def test_every_misfit_is_mended_and_said(
    changes: dict[str, Any], expected: dict[str, Any], word: str
) -> None:
    plan = dataclasses.replace(Plan(data="digits"), **changes)
    made, notes = fit(plan)
    assert {name: getattr(made, name) for name in expected} == expected
    assert len(notes) == 1
    assert word in notes[0]


def test_a_warm_up_that_nobody_uses_is_no_misfit() -> None:
    plan = Plan(warmup=900, steps=300)
    assert fit(plan) == (plan, [])
    assert plan.settings()[0].warmup == 300


def test_a_masked_decoders_settings_reach_the_run_and_no_other_decoders() -> None:
    raw = {"data": "digits", "decoder": "masked", "skip": "yes", "reach": "2", "unseen": "0.25"}
    plan, notes = take(raw)
    (made,) = plan.settings()
    assert (notes, made.decoder, made.skip, made.reach, made.unseen) == (
        [],
        "masked",
        True,
        2,
        0.25,
    )
    idle = dataclasses.replace(plan, decoder="linear")
    assert fit(idle) == (idle, [])
    assert idle.settings() == Plan(data="digits", decoder="linear").settings()


@pytest.mark.parametrize("twin", [*TWINS][1:])
def test_a_twin_that_is_chosen_gets_a_value_of_its_own_without_a_note(twin: str) -> None:
    plan, notes = take(
        {"data": "digits", "twin": twin, "decoder": "masked" if twin in MASKED else "mirror"}
    )
    assert notes == []
    assert plan.other != ""
    assert fit(plan) == (plan, [])
    base = Plan(data="digits", twin="x", other="nonsense", decoder=plan.decoder)
    left, notes = take({"twin": twin, "other": "nonsense"}, base)
    assert notes == []  # it belonged to the twin before
    assert left == plan


def test_another_network_starts_with_its_usual_widths_without_a_note() -> None:
    conv, notes = take({"architecture": "conv"})
    assert (conv.widths, notes) == ("16-32", [])
    assert take({"architecture": "mlp"}, conv)[0].widths == "128-128"


@pytest.mark.parametrize(
    ("other", "expected"), [("0.2", "0.2"), ("1e9", "10"), ("ae", "0.002"), ("0.02", "0.002")]
)
def test_a_twins_value_is_repaired_by_the_kind_of_its_setting(other: str, expected: str) -> None:
    plan, notes = take({"twin": "sigma2", "other": other})
    assert plan.other == expected
    assert len(notes) == (other != expected)
    _, two = plan.settings()
    assert two.sigma2 == float(expected)


@pytest.mark.parametrize("speed", SPEEDS)
def test_pace(speed: str) -> None:
    assert Plan(speed=speed).pace == {"full": 0, "50": 50, "10": 10, "2": 2}[speed]


def impossible(name: str, plan: Plan) -> set[str]:
    """The values of a choice that the plan can't have."""
    rule = rules(plan, Context(LIGHT, rules=RULES))[name]
    assert rule.options is not None
    return {value for value, _, why in rule.options if why}


def test_reasons_are_given_for_what_is_impossible() -> None:
    assert impossible("likelihood", Plan(data="moons")) == {
        "bernoulli",
        "continuous-bernoulli",
        "categorical",
    }
    assert impossible("likelihood", Plan(data="digits")) == set()
    rated = {"schedule", "free_bits", "beta"}
    assert impossible("twin", Plan(model="ae")) == {*rated, *MASKED}
    assert impossible("twin", Plan(data="digits", decoder="masked")) == set()
    assert impossible("decoder", Plan(data="mnist-5k")) == {"masked"}
    assert impossible("decoder", Plan(data="digits")) == set()
    assert impossible("architecture", Plan(data="moons")) == {"conv"}
    twin = Plan(data="digits", decoder="masked", twin="likelihood", other="bernoulli")
    assert impossible("other", twin) == {"categorical", "gaussian-per-pixel"}
