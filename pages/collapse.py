"""Posterior collapse: provoke it, predict it, diagnose it, cure it."""

from vaeviz.ui import opening

opening.page("collapse")
