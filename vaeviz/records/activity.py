"""What a user does in the browser alone: a quiz, cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False)
class Activity:
    """A panel without a figure: `kind` names the browser's panel class, `content` is what it needs,
    and `finding` says in words what there is.
    """

    kind: str
    title: str
    content: Mapping[str, Any]
    finding: str
    source: str
