"""Measured versions of the exhibits' codes: jobs that all sessions share, and how far they are."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from typing import Any

from vaeviz.records.museum import Version
from vaeviz.serve import jobs
from vaeviz.studies.museum import Exhibit

_LOOKS: dict[Hashable, list[Any]] = {}  # of the runs that are on their way


def version(exhibit: Exhibit, wrong: bool) -> Version | None:
    """None while it is trained or computed."""
    key = ("museum", exhibit.study.key(wrong))
    return jobs.get(key, partial(_make, key, exhibit, wrong), jobs.STUDY)


def looks(exhibit: Exhibit, wrong: bool) -> list[Any]:
    """The looks so far at a run that is on its way; none for what is computed at once."""
    return list(_LOOKS.get(("museum", exhibit.study.key(wrong)), ()))


def _make(key: Hashable, exhibit: Exhibit, wrong: bool) -> Version:
    seen = _LOOKS.setdefault(key, [])
    try:
        return exhibit.study.version(wrong, seen.append)
    finally:
        _LOOKS.pop(key, None)
