"""How a gradient arrives at the encoder, and the checks of a VAE."""

from vaeviz.ui import opening

opening.page("gradients")
