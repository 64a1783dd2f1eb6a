"""The commands of `python -m vaeviz`, one per file."""
