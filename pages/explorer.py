"""The Explorer: drag β, the decoder variance and the latent size, and watch everything move."""

from vaeviz.ui import exact, explorer, shell

shell.frame()
explorer.board()
exact.panel()
