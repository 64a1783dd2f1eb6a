"""Rules: said once, they repair the view and limit the control."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given

from tests.chapters.untrusted import any_valid
from vaeviz.chapters.chapter import Button, Context, Frame, Rule, Tool
from vaeviz.chapters.controls import controls, limits, pressed, repaired, rules
from vaeviz.chapters.settings import Log, Name, OneOf, Real, Text, Whole, setting
from vaeviz.figures.theme import DARK, LIGHT


@dataclass(frozen=True)
class View:
    """A setting of each kind that has a control."""

    beta: float = setting(
        1.0, Log(0.1, 10.0), "β", "β", "The weight", spoken="beta", colour="rate", group="loss"
    )
    share: float = setting(0.5, Real(0.0, 1.0), "share", "s", "A share", step=0.1)
    d: int = setting(4, Whole(1, 16), "latent size", "d", "Dimensions", form="int")
    seed: int = setting(0, Whole(0, 10**6), "seed", "draw", high=999)
    kind: str = setting("a", OneOf(("a", "b", "c")), "kind", "k", "Which", titles={"a": "A!"})
    i: int = setting(1, Whole(1, 16), "dimension", "x", "Which", form="choice")
    model: str = setting("one", Name(), "model", "Model")
    code: str = setting("", Text(90), "code", "Code", placeholder="paste")


def ruled(*made: Rule | None, off: bool = False) -> Context:
    return Context(LIGHT, rules=tuple(lambda view, context, rule=rule: rule for rule in made))


def control(view: View, name: str, *made: Rule, free: tuple[str, ...] = ()) -> dict[str, Any]:
    (one,) = controls(view, [name], rules(view, ruled(*made)), LIGHT, free)
    return one


# the view
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "view", "value", "note", "about"),
    [
        (Rule("d", high=3), View(), 3, "Latent size '4' is not possible: 3 is used.", ("d",)),
        (Rule("d", low=5), View(), 5, "Latent size '4' is not possible: 5 is used.", ("d",)),
        (
            Rule("d", "the model has 3", high=3, about=("model",)),
            View(),
            3,
            "The model has 3: 3 is used.",
            ("d", "model"),
        ),
        (Rule("beta", high=0.5), View(), 0.5, "β '1.0' is not possible: 0.5 is used.", ("beta",)),
        (
            Rule("kind", options=(("a", "A!", "no"), ("b", "B!", ""))),
            View(),
            "b",
            "Kind 'a' is not possible: b is used.",
            ("kind",),
        ),
        (
            Rule("kind", "only A", options=(("a", "A!", ""), ("b", "B!", "no"))),
            View(kind="b"),
            "a",
            "Only A: A! is used.",
            ("kind",),
        ),
        (
            Rule("i", options=(("1", "z1", ""), ("2", "z2", ""))),
            View(i=7),
            1,
            "Dimension '7' is not possible: 1 is used.",
            ("i",),
        ),
    ],
)
def test_what_a_rule_does_not_allow_is_repaired_with_a_note(
    rule: Rule, view: View, value: Any, note: str, about: tuple[str, ...]
) -> None:
    fitted, notes = repaired(view, ruled(rule))
    assert getattr(fitted, rule.setting) == value
    assert type(getattr(fitted, rule.setting)) is type(value)
    assert fitted == replace(view, **{rule.setting: value})
    assert [(n.text, n.about) for n in notes] == [(note, about)]
    assert repaired(fitted, ruled(rule)) == (fitted, [])


@pytest.mark.parametrize(
    "rule",
    [
        Rule("d", high=4),
        Rule("d", low=4),
        Rule("d", low=1, high=16),
        Rule("beta", off="there is none"),
        Rule("kind", options=(("a", "A!", ""),)),
        Rule("kind", options=(("a", "A!", "no"), ("b", "B!", "no"))),  # nothing else can be chosen
        Rule("i", options=(("1", "z1", ""),)),
        None,
    ],
)
def test_what_a_rule_allows_is_left_alone(rule: Rule | None) -> None:
    assert repaired(View(), ruled(rule)) == (View(), [])


def test_a_later_rule_sees_what_an_earlier_one_repaired() -> None:
    def smaller(view: View, context: Context) -> Rule:
        return Rule("i", high=view.d)

    context = Context(LIGHT, rules=(lambda view, context: Rule("d", high=3), smaller))
    fitted, notes = repaired(View(d=9, i=8), context)
    assert (fitted.d, fitted.i) == (3, 3)
    assert [note.about[0] for note in notes] == ["d", "i"]


@given(any_valid(View))
def test_with_all_rules_the_view_is_repaired_once_and_for_all(view: View) -> None:
    context = ruled(
        Rule("beta", low=0.5, high=2.0),
        Rule("d", high=3),
        Rule("kind", options=(("a", "A!", "no"), ("b", "B!", ""), ("c", "C!", ""))),
        Rule("i", options=(("1", "z1", ""), ("2", "z2", ""))),
    )
    fitted, notes = repaired(view, context)
    changed = {name for name in vars(view) if getattr(view, name) != getattr(fitted, name)}
    assert {note.about[0] for note in notes} == changed
    assert 0.5 <= fitted.beta <= 2.0
    assert fitted.d <= 3
    assert fitted.kind in ("b", "c")
    assert repaired(fitted, context) == (fitted, [])


# the control
# ------------------------------------------------------------------------------------------------


def test_each_kind_of_setting_has_its_control() -> None:
    names = list(vars(View()))
    made = controls(View(), names, {}, LIGHT, ())
    assert [c["name"] for c in made] == names
    assert [c["kind"] for c in made] == [
        "log", "number", "int", "number", "choice", "choice", "choice", "paste",
    ]  # fmt: skip
    by_name = {c["name"]: c for c in made}
    assert by_name["beta"] == {
        "name": "beta",
        "kind": "log",
        "label": "β",
        "help": "The weight",
        "min": 0.1,
        "max": 10.0,
        "spoken": "beta",
        "group": "loss",
        "colour": LIGHT.rate,
    }
    assert (by_name["share"]["step"], by_name["seed"]["max"]) == (0.1, 999)
    assert by_name["kind"]["options"] == [("a", "A!", ""), ("b", "b", ""), ("c", "c", "")]
    assert (by_name["code"]["most"], by_name["code"]["placeholder"]) == (90, "paste")


def test_a_symbols_colour_is_the_themes() -> None:
    (dark,) = controls(View(), ["beta"], {}, DARK, ())
    assert dark["colour"] == DARK.rate != LIGHT.rate


def test_the_same_rule_limits_the_control() -> None:
    assert control(View(), "d", Rule("d", high=3))["max"] == 3
    assert control(View(), "d", Rule("d", low=2, high=3))["min"] == 2
    options = (("a", "A!", "no"), ("b", "B!", ""))
    assert control(View(), "kind", Rule("kind", options=options))["options"] == list(options)
    assert limits(View(), rules(View(), ruled(Rule("d", high=3)))) == {
        "beta": [0.1, 10.0],
        "d": [1, 3],
        "share": [0.0, 1.0],
    }


def test_what_is_idle_says_why_unless_the_tool_reads_it_by_itself() -> None:
    rule = Rule("beta", off="there is none")
    assert control(View(), "beta", rule)["disabled"] == "there is none"
    assert "disabled" not in control(View(), "beta", rule, free=("beta",))
    assert "disabled" not in control(View(), "beta")


def test_of_two_rules_for_a_setting_the_later_one_goes_first_and_the_earlier_one_adds() -> None:
    made = control(View(), "d", Rule("d", low=2, high=9, off="early"), Rule("d", high=3))
    assert (made["min"], made["max"], made["disabled"]) == (2, 3, "early")
    fitted, notes = repaired(View(d=12), ruled(Rule("d", high=9), Rule("d", high=3)))
    assert (fitted.d, len(notes)) == (3, 2)


def test_a_button_is_a_control_that_says_why_it_cannot_be_pressed() -> None:
    made = {"name": "go", "kind": "button", "label": "Go", "help": "Goes"}
    assert pressed(Button("go", "Go", "Goes")) == made
    assert pressed(Button("go", "Go", "Goes", "not now")) == {**made, "disabled": "not now"}


# what a chapter's author gets wrong
# ------------------------------------------------------------------------------------------------


def test_a_slider_without_a_spoken_name_is_spoken_of_by_its_label() -> None:
    assert control(View(), "d")["spoken"] == "d"
    assert control(View(), "beta")["spoken"] == "beta"
    assert "spoken" not in control(View(), "share")


@dataclass(frozen=True)
class Plain:
    """A field without a declaration."""

    x: float = 1.0


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (lambda: setting(1, Whole(0, 9), "shown", form="slider"), "slider"),
        (lambda: Tool("t", "T", "", View, show=lambda v, c: Frame({}), controls=("btea",)), "btea"),
        (lambda: Tool("t", "T", "", Plain, show=lambda v, c: Frame({})), "Plain.x"),
        (lambda: repaired(View(), ruled(Rule("btea", high=2))), "btea"),
    ],
)
def test_a_slip_in_a_declaration_is_named(wrong: Callable[[], Any], named: str) -> None:
    with pytest.raises((TypeError, ValueError), match=named):
        wrong()
