"""A figure that the browser computes again while the pointer moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vaeviz.figures.theme import Spec


@dataclass(frozen=True, eq=False)
class Twin(Spec):
    """A Spec with a twin of its formulas in JavaScript, `live/twins/NAME.js`.

    From the settings and `given`, what no setting moves, the twin makes the moving parts of every
    trace; `tests/live/test_twins.py` compares them with the Spec's own, within 1e-9. The pointer
    drags a point of a trace where `layout.meta.handles` has [trace, point, name of the handle].
    """

    name: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, spec: Spec, name: str, **given: Any) -> Twin:
        """The same figure with its twin."""
        return cls(spec.data, spec.layout, name, given)
