"""What families minimise: named, per-example terms, and how they are weighed."""

from vaeviz.objectives.elbo import ELBO
from vaeviz.objectives.objective import Objective, Terms
from vaeviz.objectives.reconstruction import RECONSTRUCTION

__all__ = ["ELBO", "RECONSTRUCTION", "Objective", "Terms"]
