"""Shared by chapters about one model: the choice of the model, and its figures' records."""
