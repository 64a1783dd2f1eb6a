"""log p(x) of one example under a trained decoder, bounds on it, and the posteriors they leave."""
