"""Closed forms in float64 NumPy: what the trained models are held against."""
