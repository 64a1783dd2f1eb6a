"""Posterior collapse: provoke it, predict it, diagnose it, cure it."""

from vaeviz.ui import shell
from vaeviz.ui.collapse.board import board

shell.frame()
board()
