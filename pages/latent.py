"""The latent space: hover and traverse, interpolate, draw, and see the holes of an autoencoder."""

from vaeviz.ui import shell
from vaeviz.ui.latent.board import board

shell.frame()
board()
