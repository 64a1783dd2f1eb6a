"""The verdict on models whose state is known by how they were made: every one of them, and five
states.

What one snapshot cannot tell is here, too: an early step at which a network decodes to the mean and
says the prior is what one stuck in collapse is. There the verdict is "collapsed", the reason says
both, and a second snapshot decides.
"""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest

from tests.measures.diagnosed import CASES, silenced, trained
from vaeviz.measures.collapse.diagnosis import diagnose, fall_of
from vaeviz.records.diagnosis import Mean, Verdict


@pytest.mark.parametrize("name", CASES)
def test_the_verdict_is_what_was_made(name: str) -> None:
    truth, make = CASES[name]
    result = diagnose(*make())
    assert result.verdict == truth, f"{result.reason} {result.evidence}"


def test_there_are_more_than_twenty_and_at_least_five_of_each() -> None:
    counts = Counter(truth for truth, _ in CASES.values())
    assert set(counts) == set(get_args(Verdict))
    assert sum(counts.values()) > 20
    assert min(counts.values()) >= 5


def test_one_early_snapshot_looks_collapsed_and_a_second_one_does_not() -> None:
    before, after = (trained("three directions", steps, 3) for steps in (5, 10))
    alone = diagnose(*after)
    assert alone.verdict == "collapsed"
    assert "it is stuck, or has hardly begun" in alone.reason
    fall = fall_of(before.codec, after.codec, after.tau, after.d, after.x)
    both = diagnose(*after, fall=fall)
    assert both.verdict == "not trained yet"
    assert "still falls" in both.reason


def test_the_reason_names_memorised_training_examples() -> None:
    """Held-out examples, 64 units of noise, come back with the error of the nearest of forty: over
    64.
    """
    result = diagnose(*CASES["forty examples known by heart"][1]())
    assert result.evidence.saved.value > 300
    assert result.evidence.astray.value > 100
    assert "on held-out examples it is" in result.reason
    assert "memorised" in result.reason
    for name in ("closed form of digits", "shipped digits, small τ", "closed form of noise"):
        assert "memorised" not in diagnose(*CASES[name][1]()).reason


def test_what_is_left_over_is_not_taken_along_the_mean_path_of_a_decoder_that_sees_more() -> None:
    result = diagnose(*CASES["a decoder that does without all but one"][1]())
    assert result.evidence.coding == 1
    assert result.evidence.missed is None
    assert "does without them" in result.reason


def test_one_that_is_stuck_does_not_fall() -> None:
    stuck = silenced("digits", 8, 0)
    fall = fall_of(stuck.codec, stuck.codec, stuck.tau, stuck.d, stuck.x)
    assert fall == Mean(0.0, 0.0)
    assert diagnose(*stuck, fall=fall).verdict == "collapsed"


def test_the_last_hundredths_of_a_fall_do_not_make_a_healthy_model_untrained() -> None:
    before, after = (trained("three directions", steps, 3) for steps in (160, 300))
    fall = fall_of(before.codec, after.codec, after.tau, after.d, after.x)
    assert fall.value > 3 * fall.error
    assert diagnose(*after, fall=fall).verdict == "healthy"
