"""The latent space: hover and traverse, interpolate, draw, and see the holes of an autoencoder."""

from vaeviz.ui import opening

opening.page("latent")
