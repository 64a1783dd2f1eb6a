"""Mistakes that people make with VAEs, each with its lines, its effect and the check for it."""

from vaeviz.ui import opening

opening.page("museum")
