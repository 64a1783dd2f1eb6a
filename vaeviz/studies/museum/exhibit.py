"""What every exhibit of the museum of bugs declares. Nothing here needs torch until it is run."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Protocol

from vaeviz.records.museum import Version


class Study(Protocol):
    """Measures an exhibit with its mistake and without."""

    def key(self, wrong: bool) -> Hashable:
        """Two exhibits may share a version: then it has one key."""
        ...

    def version(self, wrong: bool, watch: Callable[[Any], None]) -> Version:
        """Takes up to seconds; `watch` gets the looks of a run."""
        ...


@dataclass(frozen=True)
class Exhibit:
    """A mistake that people make: `mistake` says what is wrong, `notice` how one finds it, `check`
    names the check that turns red ("" for a false alarm).

    `right` and `wrong` are the functions whose lines are shown. `seen` are threads in which it was
    reported: a label and an address.
    """

    name: str
    title: str
    mistake: str
    notice: str
    check: str
    right: tuple[Callable[..., Any], ...]
    wrong: tuple[Callable[..., Any], ...]
    study: Study
    seen: tuple[tuple[str, str], ...] = ()
