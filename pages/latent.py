"""The latent space: hover and traverse, interpolate, draw, and see the holes of an autoencoder."""

from vaeviz.chapters.latent.chapter import CHAPTER
from vaeviz.ui import page, shell

shell.frame()
page.show(CHAPTER)
