"""The process that trains a run."""
