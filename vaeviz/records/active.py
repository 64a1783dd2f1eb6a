"""Active latent dimensions (Burda et al. 2016, arXiv:1509.00519) and the alarm for collapse."""

from __future__ import annotations

from dataclasses import dataclass

ACTIVE = 0.01  # of Var_x(E[z_j|x]): an active unit lies above it


def alarm(share: float) -> str:
    """ "warning" over 10 % collapsed dimensions, "alarm" over 20 %, else ""."""
    return "alarm" if share > 0.2 else "warning" if share > 0.1 else ""


@dataclass(frozen=True)
class Units:
    """How many of the dimensions are active, by Var(μ), and how many have collapsed, by KL.

    These are two measures: a dimension can be `both`, when its mean moves a little and its KL is
    small, or neither.
    """

    active: int
    collapsed: int
    both: int
    dimensions: int
