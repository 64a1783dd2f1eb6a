"""Likelihoods of grey values: which are densities, and bits per pixel on one scale."""

from vaeviz.ui import opening

opening.page("likelihoods")
