"""The Explorer: drag β, σ² and the latent size of a model, and everything moves."""
