"""The commands of `python -m vaeviz`, one a file."""
