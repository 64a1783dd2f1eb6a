"""The terms of the ELBO, computed by hand: one training step, and the KL between Gaussians."""

from vaeviz.ui import opening

opening.page("objective")
