"""The chapter "Likelihoods": densities of grey values, and models compared by bits."""
