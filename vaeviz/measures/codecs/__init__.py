"""Trained networks at every (τ, d), for measures and as plain arrays for the browser."""
