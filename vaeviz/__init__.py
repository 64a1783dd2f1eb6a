"""vaeviz: an interactive explorer of variational autoencoders."""

__version__ = "0.1.0"
