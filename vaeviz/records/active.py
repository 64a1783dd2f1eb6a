"""When a latent dimension counts as active (Burda et al. 2016, arXiv:1509.00519), and when many do
not.
"""

from __future__ import annotations

ACTIVE = 0.01  # Var_x(E[z_j|x]) above which it is


def alarm(share: float) -> str:
    """ "", "warning" (more than 10 % of the dimensions have collapsed) or "alarm" (more than 20
    %).
    """
    return "alarm" if share > 0.2 else "warning" if share > 0.1 else ""
