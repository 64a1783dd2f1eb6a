"""Checkpoints: safetensors weights beside a readable JSON manifest. No pickle is ever opened."""

from vaeviz.checkpoints.catalogue import Entry, catalogue
from vaeviz.checkpoints.manifest import Manifest
from vaeviz.checkpoints.store import RUNS, SHIPPED, Loaded, inspect, load, locate, save

__all__ = [
    "RUNS", "SHIPPED", "Entry", "Loaded", "Manifest", "catalogue", "inspect", "load", "locate", "save",
]  # fmt: skip
