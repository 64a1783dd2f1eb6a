"""Log densities and divergences in nats: pure functions of tensors, one family a file."""
