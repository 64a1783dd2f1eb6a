"""The gap between the ELBO and log p(x): true posterior, weighted bounds, families of q."""

from vaeviz.ui import opening

opening.page("bound")
