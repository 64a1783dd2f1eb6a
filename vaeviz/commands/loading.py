"""Loading a data set for a command; a download is shown while it lasts."""

from __future__ import annotations

from vaeviz import data
from vaeviz.commands.output import Output


def load(name: str, output: Output) -> data.Dataset:
    """The data set; UserError for an unknown name or no network."""
    with output.bar(0, name) as bar:
        return data.load(
            name, lambda p: bar.say(f"{p.stage}  {p.received / 1e6:.1f} MB  {p.seconds:.0f} s")
        )
