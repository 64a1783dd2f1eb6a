"""How a gradient passes through a random draw: by hand, by estimators, and in training."""

from vaeviz.ui import opening

opening.page("gradients")
