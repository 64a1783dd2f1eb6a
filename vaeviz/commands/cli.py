"""The command line: parse, run one command, turn every error into one line and a status."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import TextIO

from vaeviz import __version__
from vaeviz.commands import (
    cards,
    checkpoints,
    cures,
    drill,
    evaluate,
    fidelity,
    stored,
    toy,
    train,
    variances,
)
from vaeviz.commands.command import Command
from vaeviz.commands.output import Output
from vaeviz.config import UserError

COMMANDS: tuple[Command, ...] = (
    train.COMMAND,
    evaluate.COMMAND,
    fidelity.COMMAND,
    cures.COMMAND,
    variances.COMMAND,
    toy.COMMAND,
    drill.COMMAND,
    cards.COMMAND,
    checkpoints.COMMAND,
    stored.COMMAND,
)
WRONG, INTERRUPTED = 2, 130  # exit statuses


def main(
    arguments: Sequence[str] | None = None, out: TextIO | None = None, err: TextIO | None = None
) -> int:
    """Run one command; returns 0 on success, 2 for a mistake of the user's, 130 for Ctrl-C."""
    stdout: TextIO = sys.stdout if out is None else out
    stderr: TextIO = sys.stderr if err is None else err
    for stream in (stdout, stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without β shows "?"
    args = parser().parse_args(arguments)
    try:
        return args.run(args, Output(stdout, stderr, args.json))
    except UserError as error:
        stderr.write(f"vaeviz {args.command}: {' '.join(str(error).split())}\n")
        return WRONG
    except KeyboardInterrupt:
        stderr.write(f"\nvaeviz {args.command}: interrupted\n")
        return INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe has ended, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:  # such as a disk that is full by now
        where = f" {error.filename}" if isinstance(error.filename, str) else ""
        stderr.write(
            f"vaeviz {args.command}: cannot read or write{where} ({error.strerror or error}):"
            " free some space, or give another folder\n"
        )
        return WRONG


def parser() -> argparse.ArgumentParser:
    """Every command with its flags."""
    root = argparse.ArgumentParser(
        prog="python -m vaeviz",
        description=(
            "Train, judge and compare variational autoencoders. The explorer itself is a web page: "
            "streamlit run explorer_app.py"
        ),
        epilog="Each command explains itself: python -m vaeviz train --help",
    )
    root.add_argument("--version", action="version", version=f"vaeviz {__version__}")
    choices = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        _add(choices, command)
    return root


def _add(choices: argparse._SubParsersAction, command: Command) -> None:
    sub = choices.add_parser(
        command.name,
        help=command.help,
        description=command.about,
        epilog=command.epilog,
        formatter_class=_Paragraphs,
    )
    command.configure(sub)
    sub.add_argument("--json", action="store_true", help="print the result as one JSON object")
    sub.set_defaults(run=command.run)


class _Paragraphs(argparse.HelpFormatter):
    """Fills the description and keeps the lines of the examples."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        example = text.lstrip().startswith("examples:")
        return text.strip() if example else super()._fill_text(text, width, indent)
