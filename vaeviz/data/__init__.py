"""Data sets: a catalogue, and one file per source."""

from vaeviz.data.catalogue import DEFAULT, available, describe, load, names, titles
from vaeviz.data.dataset import Dataset, Progress, Report, Source
from vaeviz.data.sprites import Sprites

__all__ = [
    "DEFAULT",
    "Dataset",
    "Progress",
    "Report",
    "Source",
    "Sprites",
    "available",
    "describe",
    "load",
    "names",
    "titles",
]
