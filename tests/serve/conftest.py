"""The probe sets, as for the tests of the chapters."""

from tests.chapters.conftest import probe

__all__ = ["probe"]
