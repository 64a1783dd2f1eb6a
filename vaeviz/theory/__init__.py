"""Closed forms in float64 NumPy, to compare trained models with."""
