"""The page "Latent space": one session's side of it."""
