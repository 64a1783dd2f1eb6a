"""When a latent dimension counts as active: Burda et al. 2016, arXiv:1509.00519."""

from __future__ import annotations

ACTIVE = 0.01  # Var_x(E[z_j|x]) above which it is
