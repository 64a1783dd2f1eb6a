"""The objectives of families: named, per-example terms and their weights."""

from vaeviz.objectives.elbo import ELBO
from vaeviz.objectives.objective import Objective, Terms
from vaeviz.objectives.reconstruction import RECONSTRUCTION

__all__ = ["ELBO", "RECONSTRUCTION", "Objective", "Terms"]
