"""Latent space: hover, traverse, interpolate, draw, and see the holes of an autoencoder."""
