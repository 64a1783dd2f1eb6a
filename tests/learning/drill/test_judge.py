"""The checks: the right solution is green, and each mistake is red for its own reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch

from tests.learning.drill.solutions import BROKEN, UNTRAINED, Broken, code
from vaeviz.learning.drill import checks, spread, trained
from vaeviz.learning.drill.child import explained, imported
from vaeviz.learning.drill.judge import ASKED, LATER, judge, missing
from vaeviz.learning.drill.notebook import stub
from vaeviz.learning.drill.results import Result

ROOT = Path(__file__).parents[3]
QUICK = 30  # epochs that show a broken training loop


@pytest.fixture(autouse=True)
def _one_thread_and_one_seed() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)


def judged(folder: Path, text: str, epochs: int = trained.FEWEST) -> list[Result]:
    path = folder / "submission.py"
    path.write_text(text, encoding="utf-8")
    return list(judge(imported(path), epochs, lambda error: explained(error, path, text)))


def first_red(results: list[Result]) -> Result:
    return next(result for result in results if result.passed is False)


def test_the_right_solution_is_green(tmp_path: Path) -> None:
    results = judged(tmp_path, code())
    assert [result.name for result in results if not result.passed] == []
    assert [result.reason for result in results] == [""] * 8
    numbers = {name: value for result in results for name, value in result.numbers.items()}
    right = {"KL at (0, 1)": 0, "KL at (2, 1)": 2, "KL at (0, ½)": 0.318, "KL at (1, 2)": 1.307}
    assert {name: numbers[name] for name in right} == pytest.approx(right, abs=1e-3)
    assert numbers["first loss"] == pytest.approx(4.19, rel=0.1)
    assert numbers["measured loss"] == pytest.approx(1.577, rel=0.12)


@pytest.mark.parametrize("broken", BROKEN, ids=lambda b: b.name)
def test_a_wrong_function_is_red_for_its_reason(broken: Broken, tmp_path: Path) -> None:
    results = judged(tmp_path, code(**broken.pieces))
    red = first_red(results)
    assert red.name == broken.check
    assert broken.reason in red.reason
    assert [result.passed for result in results[-3:]] == [None] * 3  # no training


@pytest.mark.parametrize("broken", UNTRAINED, ids=lambda b: b.name)
def test_a_wrong_training_loop_is_red_for_its_reason(broken: Broken, tmp_path: Path) -> None:
    results = judged(tmp_path, code(**broken.pieces), QUICK)
    red = first_red(results)
    assert all(result.passed for result in results[:5])
    assert red.name == broken.check
    assert broken.reason in red.reason


def test_the_mistakes_are_told_apart(tmp_path: Path) -> None:
    reds = [first_red(judged(tmp_path, code(**broken.pieces))) for broken in BROKEN]
    reasons = [red.reason for red in reds]
    assert len(set(reasons)) == len(reasons)


def test_a_reason_is_one_line_that_ends_in_a_cure(tmp_path: Path) -> None:
    for table in (checks.KL_RATIOS, checks.RECONSTRUCTION_RATIOS, checks.WEIGHTS):
        assert len(set(table.values())) == len(table)
        assert all("\n" not in reason for reason in table.values())
    assert len(spread.MISTAKES) == 4


def test_no_two_ratios_are_taken_for_each_other() -> None:
    for table in (checks.KL_RATIOS, checks.RECONSTRUCTION_RATIOS, checks.WEIGHTS):
        for target, meaning in table.items():
            assert checks._meaning([target], table) == meaning


def test_the_untouched_stub_says_what_is_to_be_written(tmp_path: Path) -> None:
    results = judged(tmp_path, stub()["drill.py"])
    said = [result.reason for result in results if result.passed is False]
    assert len(said) == 5
    for name in ("Encoder.__init__", "reparameterize", "loss"):
        assert any(f": {name} is still to be written" in reason for reason in said)


def test_a_loop_that_is_still_to_be_written(tmp_path: Path) -> None:
    results = judged(tmp_path, code(train="\n    raise NotImplementedError()"))
    assert [result.passed for result in results] == [True] * 5 + [False, None, None]
    assert "train is still to be written" in results[5].reason
    assert results[6].reason == LATER


def test_a_name_that_is_missing_is_found(tmp_path: Path) -> None:
    path = tmp_path / "submission.py"
    for name in ASKED:
        path.write_text(f"{code()}\ndel {name}\n", encoding="utf-8")
        assert missing(imported(path)) == name


def test_what_to_read_is_there() -> None:
    for check in (*checks.CHECKS, *trained.TRAINED):
        file = re.match(r"(vaeviz/\S+\.py): (\w+)", check.read)
        assert file or "stub" in check.read
        if file:
            text = (ROOT / file[1]).read_text(encoding="utf-8")
            assert re.search(rf"^(def|class) {file[2]}\b", text, re.M), check.read
        assert "arXiv:1312.6114" in check.read


def test_names_of_checks_are_told_apart() -> None:
    names = [check.name for check in (*checks.CHECKS, *trained.TRAINED)]
    assert len(set(names)) == len(names) == 8
