"""Conditions: what holds, what is refused, and that odd input is never more than one line."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaeviz.config import UserError
from vaeviz.learning.condition import LONGEST, Comparison, Condition, Predicted, State, parse

STATE = State(
    {"beta": 4.0, "d": 8, "tool": "holes", "page": "latent", "on": True},
    {"R (nats)": "1,234.5", "ELBO (nats)": "−26.31 ± 0.29", "collapsed": "3 of 8 (1 active)",
     "verdict": "healthy", "step": ""},
    frozenset({"dying"}),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("beta >= 4", True),
        ("beta > 4", False),
        ("beta<5", True),
        ("d == 8", True),
        ("d != 8", False),
        ("beta <= 4e0", True),
        ("beta >= .5", True),
        ('tool == "holes"', True),
        ('tool != "holes"', False),
        ('readout "R" >= 1234', True),
        ('readout "ELBO" <= -26', True),
        ('readout "ELBO (nats)" > -26', False),
        ('readout "collapsed" >= 3', True),
        ('readout "verdict" == "healthy"', True),
        ('readout "verdict" >= 1', False),
        ('readout "step" >= 0', False),
        ('readout "none" >= 0', False),
        ('predicted "dying"', True),
        ('predicted "place"', False),
        ('beta > 9 or predicted "dying"', True),
        ('beta > 9 or d == 8 and tool == "holes"', True),
        ('beta > 9 and d == 8 or tool == "holes"', True),
        ("beta > 9 and d == 8 or d == 9", False),
        ("unknown >= 1", False),
        ("tool >= 1", False),
        ("on == 1", False),
    ],
)
def test_a_condition_holds_or_does_not(text: str, holds: bool) -> None:
    assert parse(text).holds(STATE) is holds


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "beta", "beta >=", ">= 4", "beta = 4", "beta >= four", "beta >= 1_0",
        "beta >= nan",
        "beta >= inf", "beta >= 1e999", 'beta >= "4"', "beta >= 4 and", "or beta >= 4",
        "beta >= 4 beta >= 5", 'readout >= 4', 'readout "" >= 4', "readout collapsed >= 3",
        "predicted dying", 'predicted "dying" >= 1', "(beta >= 4)", "not beta >= 4",
        "__import__('os')", "beta >= 4; d", "beta.real >= 4", "beta >= --4", "4 >= beta",
        'tool == "holes', "x" * (LONGEST + 1),
    ],
)  # fmt: skip
def test_what_is_no_condition_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(UserError) as refused:
        parse(text)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 300


NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True).filter(
    lambda name: name not in ("and", "or", "readout", "predicted")
)
NUMBERS = st.integers(-(10**5), 10**5).map(lambda value: value / 1000)
PARTS = st.one_of(
    st.builds(Comparison, NAMES, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), NUMBERS),
    st.builds(
        Comparison, NAMES, st.sampled_from(["==", "!="]), NAMES, of_readout=st.booleans()
    ),
    st.builds(Predicted, NAMES),
)  # fmt: skip


def written(part: Comparison | Predicted) -> str:
    if isinstance(part, Predicted):
        return f'predicted "{part.name}"'
    name = f'readout "{part.name}"' if part.of_readout else part.name
    value = f'"{part.value}"' if isinstance(part.value, str) else f"{part.value:g}"
    return f"{name} {part.test} {value}"


@given(st.lists(st.lists(PARTS, min_size=1, max_size=2), min_size=1, max_size=2))
def test_what_is_written_is_read_again(groups: list[list[Comparison | Predicted]]) -> None:
    text = " or ".join(" and ".join(map(written, group)) for group in groups)
    assert parse(text) == Condition(tuple(map(tuple, groups)))


@given(st.text(max_size=400) | st.text('beta readout"<>=!andor 0123456789.e-', max_size=80))
def test_any_text_is_a_condition_or_one_line(text: str) -> None:
    try:
        condition = parse(text)
    except UserError as refused:
        line = str(refused)
    else:
        line = ""
        assert isinstance(condition.holds(STATE), bool)
        numbers = [p.value for p in condition.parts if isinstance(p, Comparison)]
        assert all(math.isfinite(n) for n in numbers if isinstance(n, float))
    assert len(line.splitlines()) <= 1
