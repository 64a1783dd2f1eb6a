"""A loss pasted as code: read as text, never run."""

from vaeviz.theory.pasted.code import LONGEST
from vaeviz.theory.pasted.reading import Reading, read

__all__ = ["LONGEST", "Reading", "read"]
