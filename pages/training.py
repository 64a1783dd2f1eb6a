"""Live training: watch a VAE learn, move β, σ² and the learning rate while it does, and compare
twins.
"""

from vaeviz.ui import opening

opening.page("training")
