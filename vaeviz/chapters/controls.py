"""From settings and rules to controls as the browser builds them, and to repaired views."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from vaeviz.chapters.chapter import Button, Context, Rule
from vaeviz.chapters.settings import (
    Declared,
    Log,
    Name,
    Note,
    OneOf,
    Option,
    Real,
    Text,
    Whole,
    Word,
    declared,
    instead,
)
from vaeviz.figures.theme import Theme

Control = dict[str, Any]
_FORMS = {Log: "log", Real: "number", Whole: "number", OneOf: "choice", Name: "choice",
          Word: "choice", Text: "paste"}  # fmt: skip
SLIDERS = ("exact", "int", "linear", "log")


def repaired(view: Any, context: Context) -> tuple[Any, list[Note]]:
    """The nearest view that the rules of the open tool allow, with a note per repair."""
    notes = []
    for make in context.rules:
        rule = make(view, context)
        if rule and not hasattr(view, rule.setting):
            raise ValueError(
                f"a rule is about {rule.setting!r}, no setting of {type(view).__name__}"
            )
        value = getattr(view, rule.setting) if rule else None
        nearest = _nearest(rule, value) if rule else None
        if rule and nearest != value:
            view = dataclasses.replace(view, **{rule.setting: nearest, **rule.instead})
            notes.append(_note(rule, declared(view)[rule.setting], value, nearest))
    return view, notes


def rules(view: Any, context: Context) -> dict[str, Rule]:
    """What holds for each setting of a view; of several rules for one, all that they say."""
    made: dict[str, Rule] = {}
    for make in context.rules:
        rule = make(view, context)
        if rule:
            made[rule.setting] = _both(made.get(rule.setting), rule)
    return made


def controls(
    view: Any, names: Iterable[str], said: Mapping[str, Rule], theme: Theme, free: Sequence[str]
) -> list[Control]:
    """The controls of these settings, in their order; those that are `free` are never idle."""
    about = declared(view)
    return [_control(view, n, about[n], said.get(n), theme, n in free) for n in names]


def pressed(button: Button) -> Control:
    """A button among the controls."""
    made = {"name": button.name, "kind": "button", "label": button.label, "help": button.help}
    return made | ({"disabled": button.off} if button.off else {})


def limits(view: Any, said: Mapping[str, Rule]) -> dict[str, list[float]]:
    """How far a pointer on a plane may move each numeric setting."""
    ends = {}
    for name, about in declared(view).items():
        if isinstance(about.kind, Real) or (name in said and isinstance(about.kind, Whole)):
            low, high = _ends(about, said.get(name))
            ends[name] = [low, high]
    return ends


def _control(
    view: Any, name: str, about: Declared, rule: Rule | None, theme: Theme, free: bool
) -> Control:
    form = about.form or _FORMS[type(about.kind)]
    made: Control = {"name": name, "kind": form, "label": about.label, "help": about.help}
    if form == "choice":
        made["options"] = _options(about, rule)
    elif form == "paste":
        assert isinstance(about.kind, Text)
        made |= {"most": about.kind.longest, "placeholder": about.placeholder}
        made["text"] = getattr(view, about.last) if about.last else ""
    else:
        made["min"], made["max"] = _ends(about, rule)
        made |= {"spoken": about.label} if form in SLIDERS else {}
    optional = {"spoken": about.spoken, "group": about.group,
                "colour": getattr(theme, about.colour) if about.colour else "",
                "step": about.step if about.step != 1 else "",
                "disabled": rule.off if rule and not free else ""}  # fmt: skip
    return made | {key: value for key, value in optional.items() if value}


def _options(about: Declared, rule: Rule | None) -> list[Option]:
    if rule and rule.options is not None:
        return list(rule.options)
    names = about.kind.names if isinstance(about.kind, OneOf) else ()
    return [(name, about.titles.get(name, name), "") for name in names]


def _ends(about: Declared, rule: Rule | None) -> tuple[float, float]:
    assert isinstance(about.kind, Real | Whole)
    low, high = about.kind.low, about.kind.high if about.high is None else about.high
    if rule is None:
        return low, high
    return (low if rule.low is None else rule.low), (high if rule.high is None else rule.high)


def _nearest(rule: Rule, value: Any) -> Any:
    if rule.high is not None and value > rule.high:
        nearest = rule.high
    elif rule.low is not None and value < rule.low:
        nearest = rule.low
    else:
        fine = [name for name, _, why in rule.options or () if not why]
        nearest = value if not fine or str(value) in fine else fine[0]
    return value if nearest == value else type(value)(rule.instead.get(rule.setting, nearest))


def _note(rule: Rule, about: Declared, value: Any, nearest: Any) -> Note:
    used = str(about.titles.get(nearest, nearest))
    used = f"“{used}”" if " " in used else used
    line = f"{rule.why}: {used} is used." if rule.why else instead(about.words, value, used)
    return Note(sentence(line), (rule.setting, *rule.about))


def sentence(words: str) -> str:
    """The same with a capital letter; σ² stays σ²."""
    return words[:1].upper() + words[1:] if words[:1].isascii() else words


def _both(one: Rule | None, other: Rule) -> Rule:
    """Two rules for one setting: what the later one leaves open, the earlier one says."""
    if one is None:
        return other
    parts = {f.name: getattr(other, f.name) for f in dataclasses.fields(Rule)}
    return Rule(**{n: getattr(one, n) if v in ("", None, (), {}) else v for n, v in parts.items()})
