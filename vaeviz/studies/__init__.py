"""Experiments over many trainings, one a file."""
