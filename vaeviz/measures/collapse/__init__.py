"""Measures of posterior collapse, and the verdict that follows from them."""
