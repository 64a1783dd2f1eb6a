"""The command `drill`: its files, its report and its refusals. The judging itself is tested
beside its code.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from vaeviz.commands import drill
from vaeviz.commands.cli import main
from vaeviz.learning.drill import process
from vaeviz.learning.drill.process import Patience
from vaeviz.learning.drill.results import Limit, Report, Result


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def call(*arguments: str, status: int = 0) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    assert main(["drill", *arguments], out, err) == status, err.getvalue()
    return out.getvalue(), err.getvalue()


def result(passed: bool | None, reason: str = "") -> Result:
    return Result("kl", "The KL is right", passed, {"KL": 0.5, "least": None}, reason, "a paper")


GREEN = Report((result(True),), limits=(Limit("time", True), Limit("memory", True)))
RED = Report(
    (result(False, "the ½ is missing"), result(None, "not run")),
    "stopped after 1 seconds",
    ("write /etc/x",),
    (Limit("time", True), Limit("memory", False)),
)


def reports(monkeypatch: pytest.MonkeyPatch, report: Report) -> list[tuple]:
    """Let `check` answer `report`; what it was called with."""
    calls: list[tuple] = []
    monkeypatch.setattr(process, "check", lambda *words: calls.append(words) or report)
    return calls


def test_new_writes_both_files_and_overwrites_none(tmp_path: Path) -> None:
    made = json.loads(call("new", "a/folder", "--json")[0])["files"]
    assert {Path(name).name for name in made} == {"drill.py", "drill.ipynb"}
    assert sorted(p.name for p in (tmp_path / "a" / "folder").iterdir()) == [
        "drill.ipynb",
        "drill.py",
    ]
    _, err = call("new", "a/folder", status=2)
    assert "is there already" in err
    assert err.count("\n") == 1
    assert "drill check drill.ipynb" in call("new")[0]


def test_a_green_report(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = reports(monkeypatch, GREEN)
    out, _ = call("check", "mine.py", "--epochs", "200", "--seconds", "9", "--memory", "64")
    assert calls == [(Path("mine.py"), 200, Patience(9.0, 64 << 20))]
    assert out.splitlines()[0].split() == ["green", "The", "KL", "is", "right"]
    assert out.splitlines()[-1] == "1 of 1 checks are green"
    assert "not limited" not in out


def test_a_red_report_says_why_what_to_read_and_what_is_not_limited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reports(monkeypatch, RED)
    out, _ = call("check", "mine.py", status=1)
    for part in (
        "the ½ is missing",
        "read: a paper",
        "KL 0.5, least not finite",
        "stopped after",
        "refused: write /etc/x",
        "not limited on this platform: memory",
        "0 checks are green",
    ):
        assert part in out
    assert out.count("read:") == 1  # what was not run has nothing to read
    said = json.loads(call("check", "mine.py", "--json", status=1)[0])
    assert said["green"] is False
    assert [one["passed"] for one in said["results"]] == [False, None]
    assert said["results"][0]["numbers"] == {"KL": 0.5, "least": None}


def test_colours_are_for_terminals() -> None:
    assert "\x1b[32mgreen" in drill.text(GREEN, coloured=True)
    assert "\x1b[31mred" in drill.text(RED, coloured=True)
    assert "\x1b" not in drill.text(RED, coloured=False)


@pytest.mark.parametrize(
    "words",
    [
        ("check",),
        ("check", "none.py"),
        ("check", "none.txt"),
        ("check", "none.py", "--epochs", "5"),
        ("check", "none.py", "--seconds", "0"),
        ("check", "none.py", "--memory", "0"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_checked_is_refused_in_one_line(words: tuple[str, ...]) -> None:
    out, err = call(*words, status=2)
    assert out == ""
    assert err.startswith("vaeviz drill: ")
    assert err.count("\n") == 1


def test_the_fewest_epochs_are_those_of_the_judge() -> None:
    from vaeviz.learning.drill.trained import FEWEST

    assert drill.FEWEST == FEWEST
