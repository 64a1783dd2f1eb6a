"""Posterior collapse: provoke it, predict it, diagnose it, cure it."""

from vaeviz.chapters.collapse.chapter import CHAPTER
from vaeviz.ui import page, shell

shell.frame()
page.show(CHAPTER)
