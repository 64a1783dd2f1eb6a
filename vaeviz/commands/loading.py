"""Loads a data set for a command, and shows a download's progress."""

from __future__ import annotations

from vaeviz import data
from vaeviz.commands.output import Output


def load(name: str, output: Output) -> data.Dataset:
    """The data set. Raises UserError for an unknown name or without a network."""
    with output.bar(0, name) as bar:
        return data.load(
            name, lambda p: bar.say(f"{p.stage}  {p.received / 1e6:.1f} MB  {p.seconds:.0f} s")
        )
