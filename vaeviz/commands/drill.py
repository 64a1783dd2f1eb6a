"""`drill`: the timed drill's stub, and the checks of what a student made of it."""

from __future__ import annotations

import argparse
from pathlib import Path

from vaeviz import writable
from vaeviz.commands.command import Command, number, whole
from vaeviz.commands.output import Output
from vaeviz.config import UserError
from vaeviz.learning.drill.results import Report, Result

GREEN, RED, PLAIN = "\x1b[32m", "\x1b[31m", "\x1b[0m"  # on a terminal
WORDS = {True: "green", False: "red", None: "-"}
EPOCHS, FEWEST = 800, 100  # those of the reference; fewer than 100 judge nothing
SECONDS, MEGABYTES = 120.0, 1024


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("new", "check"), help="write the stub, or check a file")
    parser.add_argument(
        "path",
        nargs="?",
        type=Path,
        help="for new: the folder (default: this one); for check: the .py or .ipynb file",
    )
    parser.add_argument(
        "--epochs", type=whole, default=EPOCHS, help=f"of the training (default {EPOCHS})"
    )
    parser.add_argument(
        "--seconds", type=number, default=SECONDS, help=f"time limit (default {SECONDS:g})"
    )
    parser.add_argument(
        "--memory",
        type=whole,
        default=MEGABYTES,
        help=f"limit in MiB, beyond what torch takes (default {MEGABYTES})",
    )


def run(args: argparse.Namespace, output: Output) -> int:
    return _new(args, output) if args.action == "new" else _check(args, output)


def _new(args: argparse.Namespace, output: Output) -> int:
    """Write the stub's files, and overwrite none."""
    from vaeviz.learning.drill.notebook import stub

    folder = args.path or Path()
    files = {folder / name: text for name, text in stub().items()}
    there = [path for path in files if path.exists()]
    if there:
        raise UserError(f"{there[0]} is there already: give another folder, or move it away")
    writable.require(folder, *(path.name for path in files))
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    names = [str(path) for path in files]
    then = f"complete one of them, then: python -m vaeviz drill check {names[-1]}"
    output.result({"files": names}, "\n".join([*names, then]))
    return 0


def _check(args: argparse.Namespace, output: Output) -> int:
    """Judge a submission; return 1 unless all checks are green."""
    from vaeviz.learning.drill.process import Patience, check

    if args.path is None:
        raise UserError("there is no file to check: give a .py or .ipynb file")
    if args.epochs < FEWEST:
        raise UserError(f"{args.epochs} epochs are too few to judge: give {FEWEST} or more")
    if args.seconds <= 0 or args.memory <= 0:
        raise UserError("a limit of 0 lets nothing run: give --seconds and --memory above 0")
    patience = Patience(args.seconds, args.memory << 20)
    report = check(args.path, args.epochs, patience)
    output.result(report.to_json(), text(report, output.out.isatty()))
    return 0 if report.green else 1


def text(report: Report, coloured: bool) -> str:
    """A report for people: a line per check, and below a red one its numbers and what to read."""
    lines = [line for result in report.results for line in _lines(result, coloured)]
    lines += [f"{_word(False, coloured)}  {report.stopped}"] if report.stopped else []
    lines += [f"refused: {what}" for what in report.refused]
    missing = [limit.name for limit in report.limits if not limit.holds]
    lines += [f"not limited on this platform: {', '.join(missing)}"] if missing else []
    green = sum(bool(result.passed) for result in report.results)
    whole = "checks" if report.stopped else f"of {len(report.results)} checks"
    return "\n".join([*lines, f"{green} {whole} are green"])


def _lines(result: Result, coloured: bool) -> list[str]:
    numbers = ", ".join(
        f"{name} {'not finite' if value is None else f'{value:.4g}'}"
        for name, value in result.numbers.items()
    )
    lines = [f"{_word(result.passed, coloured)}  {result.title}"]
    lines += [f"       {result.reason}"] if result.reason else []
    lines += [f"       {numbers}"] if numbers else []
    return lines + ([f"       read: {result.read}"] if result.passed is False else [])


def _word(passed: bool | None, coloured: bool) -> str:
    word = f"{WORDS[passed]:5}"
    if not coloured or passed is None:
        return word
    return f"{GREEN if passed else RED}{word}{PLAIN}"


ABOUT = """
The timed drill: a VAE from paper to code in 40 minutes (read 12, explain 5, implement 16, check
5). 'new' writes the stub as a notebook and as Python; both hold the timetable, and what good work
looks like. 'check' runs the six sanity checks and the three-Gaussians toy against your code, says
green or red for each, and names the likely mistake. Your code runs in a process of its own, with a
limit of time and memory, in a scratch folder; docs/drill.md says what this keeps out and what not.
The status is 1 when a check is red.
"""
EXAMPLES = """
examples:
  python -m vaeviz drill new
  python -m vaeviz drill new /tmp/drill
  python -m vaeviz drill check /tmp/drill/drill.ipynb
  python -m vaeviz drill check drill.py --epochs 200 --json
"""
COMMAND = Command(
    "drill",
    "the timed drill: its stub, and the checks of your solution",
    ABOUT,
    EXAMPLES,
    configure,
    run,
)
