"""All checks of a submission, one after the other: its functions, then one training.

Training waits until the functions are right: what is wrong in them would only show again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from vaeviz.learning.drill.checks import CHECKS, Check
from vaeviz.learning.drill.results import Finding, Result, finite, one_line
from vaeviz.learning.drill.trained import TRAINED, TrainedCheck, trained

ASKED = ("Encoder", "Decoder", "VAE", "reparameterize", "loss", "train")
TRAINING = "The training of the toy"
LATER = "not run: mend the red checks above first"
Explain = Callable[[BaseException], str]


def missing(code: Any) -> str:
    """The first of the stub's names that a submission lacks, or ""."""
    return next((name for name in ASKED if not callable(getattr(code, name, None))), "")


def judge(
    code: Any, epochs: int, explain: Explain, begin: Callable[[str], None] = lambda title: None
) -> Iterator[Result]:
    """The results in order; `begin` hears what begins, `explain` words an exception."""
    right = True
    for check in CHECKS:
        begin(check.title)
        result = _run(check, code, explain, after_red=not right)
        right = right and bool(result.passed)
        yield result
    if not right:
        yield from map(_later, TRAINED)
        return
    begin(TRAINING)
    yield from _training(code, epochs, explain)


def _training(code: Any, epochs: int, explain: Explain) -> Iterator[Result]:
    """The results after one training; a red first one leaves nothing to ask of the others."""
    first, *others = TRAINED
    try:
        model = trained(code, epochs)
    except Exception as error:
        yield Result(first.name, first.title, False, {}, one_line(explain(error)), first.read)
        yield from map(_later, others)
        return
    result = _run(first, model, explain)
    yield result
    yield from (_run(check, model, explain) if result.passed else _later(check) for check in others)


def _run(
    check: Check | TrainedCheck, subject: Any, explain: Explain, after_red: bool = False
) -> Result:
    """A check's result; behind a red check, an exception is taken for a consequence of it."""
    try:
        finding = check.run(subject)
    except Exception as error:
        if after_red and not isinstance(error, NotImplementedError):
            return _later(check)
        finding = Finding({}, explain(error))
    mistake = one_line(finding.mistake)
    numbers = finite(finding.numbers)
    return Result(check.name, check.title, not mistake, numbers, mistake, check.read)


def _later(check: Check | TrainedCheck) -> Result:
    return Result(check.name, check.title, None, {}, LATER, check.read)
