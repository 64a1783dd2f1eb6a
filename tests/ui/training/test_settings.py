"""Plans from strangers: whatever arrives, what comes out can be trained, and twins differ in one
setting.
"""

from __future__ import annotations

import dataclasses
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.strangers import HOSTILE, ODD, harmless
from vaeviz import data
from vaeviz.config import RunSettings
from vaeviz.ui.kinds import OneOf, Whole, Word
from vaeviz.ui.training.fit import decoders, fit, likelihoods, no_twin, twins, unmasked
from vaeviz.ui.training.settings import KINDS, LIVE, MASKED, SPEEDS, TWINS, WIDTHS, Plan, parse

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
    return fit(plan, ABOUT[plan.data], 359)[0]


def apart(one: RunSettings, two: RunSettings) -> list[str]:
    names = [f.name for f in dataclasses.fields(RunSettings)]
    return [name for name in names if getattr(one, name) != getattr(two, name)]


@given(plans())
def test_whatever_was_asked_for_what_fits_can_be_trained(plan: Plan) -> None:
    made, notes = fit(plan, ABOUT[plan.data], 359)
    harmless(notes)
    made.run_settings()
    assert fit(made, ABOUT[plan.data], 359) == (made, [])
    assert made.i != made.j
    assert max(made.i, made.j) <= max(made.latent, 2)
    assert max(made.a, made.b) < 359
    assert made.widths in WIDTHS[made.architecture]


@given(plans())
def test_twins_differ_in_exactly_the_setting_that_the_plan_names(plan: Plan) -> None:
    made = fitted(plan)
    one, two = made.run_settings(), made.twin_settings()
    if made.twin == "none":
        assert two is None
        assert made.other == ""
    else:
        assert two is not None
        assert apart(one, two) == [{"model": "variational"}.get(made.twin, made.twin)]
        assert no_twin(made.twin, made) == ""


@given(plans())
def test_what_fits_goes_through_the_url_and_the_board_and_comes_back(plan: Plan) -> None:
    made = fitted(plan)
    query = made.query()
    assert parse(dict(parse_qsl(query[1:], strict_parsing=bool(query)))) == (made, [])
    assert parse(dataclasses.asdict(made)) == (made, [])
    assert parse({}, made) == (made, [])


@given(st.dictionaries(st.sampled_from([*KINDS, "unknown", "__class__"]), HOSTILE))
def test_whatever_arrives_the_plan_is_valid_and_the_notes_harmless(raw: dict[str, Any]) -> None:
    plan, notes = parse(raw)
    harmless(notes)
    fitted(plan).run_settings()


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_odd_values_are_put_back(odd: Any) -> None:
    plan, notes = parse(dict.fromkeys(KINDS, odd))
    harmless(notes)
    fitted(plan).run_settings()


def test_the_defaults_fit_and_need_no_query() -> None:
    assert Plan().query() == ""
    for name, about in ABOUT.items():
        plan = Plan(data=name)
        assert fit(plan, about, 359) == (plan, [])


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
    plan, notes = parse(raw)
    assert notes == []
    assert plan.run_settings() == RunSettings(
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
        ({"i": 12, "latent": 8}, {"i": 8}, "dimension drawn 12"),
        ({"i": 2}, {"j": 1}, "dimension drawn 2"),
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
        ({"decoder": "masked", "likelihood": "categorical"}, {"decoder": "mirror"}, "grey levels"),
        (
            {"decoder": "masked", "twin": "likelihood", "other": "categorical"},
            {"other": "gaussian-optimal"},
            "can't be categorical",
        ),
        (
            {"decoder": "masked", "likelihood": "gaussian-per-pixel"},
            {"decoder": "mirror"},
            "one σ²",
        ),
        (
            {"decoder": "masked", "twin": "likelihood", "other": "gaussian-per-pixel"},
            {"other": "gaussian-optimal"},
            "can't be gaussian-per-pixel",
        ),
        (
            {"twin": "sigma2", "other": "1", "likelihood": "gaussian-per-pixel"},
            {"twin": "none"},
            "of its own",
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
            "put back",
        ),
        ({"twin": "decoder", "other": "masked", "unseen": 0.5}, {"unseen": 0.0}, "put back"),
    ],
    ids=str,
)
def test_every_misfit_is_mended_and_said(
    changes: dict[str, Any], expected: dict[str, Any], word: str
) -> None:
    plan = dataclasses.replace(Plan(), **changes)
    made, notes = fit(plan, ABOUT[plan.data], 359)
    assert {name: getattr(made, name) for name in expected} == expected
    assert len(notes) == 1
    assert word in notes[0]


def test_a_warm_up_that_nobody_uses_is_no_misfit() -> None:
    plan = Plan(warmup=900, steps=300)
    assert fit(plan, ABOUT["digits"], 359) == (plan, [])
    assert plan.run_settings().warmup == 300


def test_a_masked_decoders_settings_reach_the_run_and_no_other_decoders() -> None:
    raw = {"decoder": "masked", "skip": "yes", "reach": "2", "unseen": "0.25"}
    plan, notes = parse(raw)
    made = plan.run_settings()
    assert (notes, made.decoder, made.skip, made.reach, made.unseen) == (
        [],
        "masked",
        True,
        2,
        0.25,
    )
    idle = dataclasses.replace(plan, decoder="linear")
    assert fit(idle, ABOUT["digits"], 359) == (idle, [])
    assert idle.run_settings() == Plan(decoder="linear").run_settings()


@pytest.mark.parametrize("twin", TWINS[1:])
def test_a_twin_that_is_chosen_gets_a_value_of_its_own_without_a_note(twin: str) -> None:
    plan, notes = parse({"twin": twin, "decoder": "masked" if twin in MASKED else "mirror"})
    assert notes == []
    assert plan.other != ""
    assert fit(plan, ABOUT["digits"], 359) == (plan, [])
    base = Plan(twin="x", other="nonsense", decoder=plan.decoder)
    left, notes = parse({"twin": twin, "other": "nonsense"}, base)
    assert notes == []  # it belonged to the twin before
    assert left == plan


def test_another_network_starts_with_its_usual_widths_without_a_note() -> None:
    conv, notes = parse({"architecture": "conv"})
    assert (conv.widths, notes) == ("16-32", [])
    assert parse({"architecture": "mlp"}, conv)[0].widths == "128-128"


@pytest.mark.parametrize(
    ("other", "expected"), [("0.2", "0.2"), ("1e9", "10"), ("ae", "0.002"), ("0.02", "0.002")]
)
def test_a_twins_value_is_repaired_by_the_kind_of_its_setting(other: str, expected: str) -> None:
    plan, notes = parse({"twin": "sigma2", "other": other})
    assert plan.other == expected
    assert len(notes) == (other != expected)
    two = plan.twin_settings()
    assert two is not None
    assert two.sigma2 == float(expected)


@pytest.mark.parametrize("speed", SPEEDS)
def test_pace(speed: str) -> None:
    assert Plan(speed=speed).pace == {"full": 0, "50": 50, "10": 10, "2": 2}[speed]


def test_reasons_are_given_for_what_is_impossible() -> None:
    assert {n for n, why in likelihoods(ABOUT["moons"]).items() if why} == {
        "bernoulli",
        "categorical",
    }
    assert not any(likelihoods(ABOUT["digits"]).values())
    assert {n for n, why in twins(Plan(model="ae")).items() if why} == {
        "schedule",
        "free_bits",
        "beta",
        *MASKED,
    }
    assert not any(twins(Plan(decoder="masked")).values())
    assert {n for n, why in decoders(Plan(data="mnist-5k"), ABOUT["mnist-5k"]).items() if why} == {
        "masked"
    }
    assert not any(decoders(Plan(), ABOUT["digits"]).values())
    assert unmasked(Plan())
    assert unmasked(Plan(decoder="masked")) == unmasked(Plan(twin="decoder", other="masked")) == ""
    assert set(LIVE) < set(KINDS)
