"""The files of a run: all that passes between a worker and whoever watches."""
