"""A loss as somebody wrote it in code: read as text, never run."""

from vaeviz.theory.pasted.reading import Reading, read

__all__ = ["Reading", "read"]
