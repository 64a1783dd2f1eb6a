"""Data sets: a catalogue of what there is, and one file for each source."""

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
