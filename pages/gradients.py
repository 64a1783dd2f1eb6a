"""How a gradient passes through a random draw, and the checks of a VAE."""

from vaeviz.ui import opening

opening.page("gradients")
