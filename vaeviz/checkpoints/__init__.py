"""Checkpoints: safetensors weights beside a readable JSON manifest. No pickle is ever opened."""

from vaeviz.checkpoints.catalogue import Entry, catalogue
from vaeviz.checkpoints.keeping import KEPT, Listing, keep
from vaeviz.checkpoints.manifest import Manifest
from vaeviz.checkpoints.store import RUNS, SHIPPED, Loaded, inspect, load, locate, save

__all__ = [
    "KEPT",
    "RUNS",
    "SHIPPED",
    "Entry",
    "Listing",
    "Loaded",
    "Manifest",
    "catalogue",
    "inspect",
    "keep",
    "load",
    "locate",
    "save",
]
