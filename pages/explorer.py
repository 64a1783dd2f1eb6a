"""The Explorer: drag β, the decoder variance and the latent size, and watch everything move."""

from vaeviz.chapters.explorer.chapter import CHAPTER
from vaeviz.ui import page, shell

shell.frame()
page.show(CHAPTER)
