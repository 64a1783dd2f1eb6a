"""Live training: watch a VAE learn, move β, σ² and the learning rate while it does, and compare
twins.
"""

from vaeviz.ui import shell
from vaeviz.ui.training.board import board

shell.frame()
board()
