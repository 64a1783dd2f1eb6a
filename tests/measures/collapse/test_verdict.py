"""The rules: each depends on its number, in the documented order, with a reason."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any, get_args

import pytest

from vaeviz.measures.collapse.verdict import judge
from vaeviz.records.diagnosis import Evidence, Mean, Verdict

NO, YES = Mean(-1.0, 0.1), Mean(5.0, 0.1)
THIN = Mean(-2.0, 0.1)  # codes that bring more than they cost
THINLY = (
    "no dimension carries 0.1 nats, yet together they carry 7.00 that the decoder uses; at β = 1"
    " and the"
)
HEALTHY = Evidence(
    dimensions=10,
    coding=9,
    rate=7.0,
    saved=Mean(20.0, 0.1),
    excess=NO,
    idle=Mean(0.0, 0.1),
    linear=YES,
    lag=NO,
    astray=NO,
    blind=NO,
    worth=YES,
    short=NO,
    missed=NO,
    expected=4,
    largest=3.0,
    tau=0.5,
)


def verdict(**changes: Any) -> tuple[Verdict, str]:
    return judge(dataclasses.replace(HEALTHY, **changes))


@pytest.mark.parametrize(
    ("changes", "expected", "words"),
    [
        ({}, "healthy", "9 of 10 dimensions carry information"),
        ({"coding": 10, "missed": None}, "healthy", "10 of 10"),
        ({"coding": 8, "missed": YES}, "partly collapsed", "2 of 10 dimensions carry nothing"),
        ({"coding": 8}, "the prior simply fits well", "the other 8 leave no residual"),
        ({"coding": 1}, "the prior simply fits well", "the other one leaves no residual"),
        (
            {"coding": 8, "dimensions": 9, "missed": YES},
            "partly collapsed",
            "1 of 9 dimensions carries nothing",
        ),
        (
            {"coding": 1, "missed": YES},
            "partly collapsed",
            "at β = 1 and the best σ² a linear code of the residual is worth 5.00 nats",
        ),
        (
            {"coding": 8, "missed": None, "blind": YES},
            "partly collapsed",
            "does without them: it saves 5.00",
        ),
        (
            {"coding": 0},
            "collapsed",
            "keeps 4 alive at τ = 0.5 (largest variance 1.5) and saves 5.00 nats",
        ),
        (
            {"coding": 0, "linear": NO},
            "collapsed",
            "at τ = 0.5 (largest variance 1.5) coding would not pay",
        ),
        (
            {"coding": 0, "linear": NO},
            "collapsed",
            "; at β = 1 and the best σ² a code is worth at least 5.00 nats.",
        ),
        (
            {"coding": 0, "linear": NO, "variance": False},
            "collapsed",
            "at β = 0.5 coding would not pay",
        ),
        (
            {"coding": 0, "linear": NO, "variance": False},
            "collapsed",
            "; at β = 1 a linear code is worth 5.00",
        ),
        (
            {"coding": 0, "worth": NO, "variance": False},
            "the prior simply fits well",
            "at β = 1 the best linear",
        ),
        (
            {"coding": 0, "worth": NO},
            "the prior simply fits well",
            "the best code is worth −1.00",
        ),
        (
            {"coding": 8, "short": YES},
            "partly collapsed",
            "a code is worth at least 5.00 nats, and this model",
        ),
        (
            {"coding": 8, "short": YES, "variance": False},
            "partly collapsed",
            "while at β = 1 a linear code is worth 5",
        ),
        (
            {"coding": 8, "short": YES, "worth": NO},
            "the prior simply fits well",
            "leave no residual",
        ),
        ({"short": YES}, "healthy", "and the decoder uses them."),
        (
            {"astray": YES},
            "healthy",
            "the decoder uses them; but on held-out examples it is 5.00 nats per example",
        ),
        (
            {"astray": YES, "coding": 8},
            "the prior simply fits well",
            "linear code; but on held-out examples",
        ),
        ({"astray": YES, "excess": YES}, "not trained yet", "training ends below that."),
        ({"coding": 0, "idle": THIN}, "partly collapsed", THINLY),
        (
            {"coding": 0, "idle": THIN, "threshold": 0.5},
            "partly collapsed",
            "carries 0.5 nats, yet",
        ),
        (
            {"coding": 0, "idle": THIN, "blind": YES, "worth": NO},
            "partly collapsed",
            "saves 5.00 nats without any",
        ),
        (
            {"coding": 0, "idle": THIN, "rate": 0.49},
            "collapsed",
            "it is stuck, or has hardly begun",
        ),
        ({"coding": 0, "idle": THIN, "worth": NO}, "the prior simply fits well", "none needs to"),
        ({"coding": 0, "idle": Mean(-0.2, 0.1)}, "collapsed", "no dimension carries information"),
        ({"coding": 0, "worth": NO, "blind": YES}, "collapsed", "the decoder does without"),
        ({"excess": YES}, "not trained yet", "5.00 nats per example worse than coding nothing"),
        ({"idle": YES}, "not trained yet", "pays 7.00 nats for its codes, 5.00 more than"),
        ({"lag": YES}, "not trained yet", "less than half of what a linear code"),
        (
            {"fall": YES},
            "not trained yet",
            "still falls: by 5.00 nats per example since the last diagnosis",
        ),
        (
            {"fall": YES, "over": 1200},
            "not trained yet",
            "5.00 nats per example over its last 1,200 steps",
        ),
        ({"fall": YES, "over": 1}, "not trained yet", "5.00 nats per example over its last step."),
        ({"fall": Mean(0.9, 0.01)}, "healthy", ""),
        ({"fall": Mean(0.9, 0.01), "saved": Mean(0.0, 0.1)}, "not trained yet", "falls"),
        ({"excess": Mean(212.3, 1.0)}, "not trained yet", "212.3 nats"),
    ],
)
def test_each_rule_turns_on_its_number(changes: dict[str, Any], expected: str, words: str) -> None:
    result, reason = verdict(**changes)
    assert result == expected
    assert words in reason
    assert reason.endswith(".")
    assert "\n" not in reason


def test_what_has_not_been_trained_is_nothing_else() -> None:
    for name, coding, worth in itertools.product(("excess", "idle", "lag"), (0, 5, 10), (NO, YES)):
        assert (
            verdict(**{name: YES, "coding": coding, "worth": worth, "missed": YES})[0]
            == "not trained yet"
        )


@pytest.mark.parametrize(
    ("value", "error", "clear"),
    [
        (0.11, 0.03, True),
        (0.09, 0.001, False),
        (5.0, 1.7, False),
        (-5.0, 0.1, False),
        (0.0, 0.0, False),
        (float("nan"), 0.1, False),
        (1.0, float("inf"), False),
    ],
)
def test_a_number_is_clear_over_a_tenth_and_three_errors(
    value: float, error: float, clear: bool
) -> None:
    assert Mean(value, error).clear is clear
    assert (verdict(coding=8, missed=Mean(value, error))[0] == "partly collapsed") is clear


def test_every_verdict_can_be_reached_and_no_other() -> None:
    options = itertools.product((0, 5, 10), (NO, YES), (NO, YES), (NO, YES), (None, YES))
    result = {
        verdict(coding=coding, worth=worth, missed=missed, excess=excess, fall=fall)[0]
        for coding, worth, missed, excess, fall in options
    }
    assert result == set(get_args(Verdict))
