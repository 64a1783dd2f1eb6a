"""Measures of posterior collapse, and the verdict."""
