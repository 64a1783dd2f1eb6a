"""The Explorer: drag β, the decoder variance and the latent size, and watch everything move."""

from vaeviz.ui import opening

opening.page("explorer")
