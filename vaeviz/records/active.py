"""Active latent dimensions (Burda et al. 2016, arXiv:1509.00519) and the alarm for collapse."""

from __future__ import annotations

ACTIVE = 0.01  # of Var_x(E[z_j|x]): an active unit lies above it


def alarm(share: float) -> str:
    """ "warning" over 10 % collapsed dimensions, "alarm" over 20 %, else ""."""
    return "alarm" if share > 0.2 else "warning" if share > 0.1 else ""
