"""Experiments over many trainings, one per file."""
