"""Measures of a latent space: densities, paths, holes and layouts."""
