"""The chapter "Objective": the terms of the ELBO, by hand."""
