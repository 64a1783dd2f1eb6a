"""The gap between the ELBO and log p(x): the true posterior, weighted bounds, families of q."""
