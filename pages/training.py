"""Live training: watch a VAE learn, move β, σ² and the learning rate while it does, and compare
twins.
"""

from vaeviz.chapters.training.chapter import CHAPTER
from vaeviz.ui import page, shell

shell.frame()
page.show(CHAPTER)
