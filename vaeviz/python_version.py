"""Is this Python new enough? Plain enough for an old one to run it."""

from __future__ import annotations

import sys

OLDEST = (3, 11)


def fault() -> str:
    """Why this Python can't run vaeviz, and what to do, in one line; "" if it can."""
    if sys.version_info >= OLDEST:
        return ""
    now, oldest = (".".join(str(n) for n in v[:2]) for v in (sys.version_info, OLDEST))
    return (
        f"vaeviz needs Python {oldest} or newer, and this is {now}: make the environment again with"
        f" a newer one (make clean app PYTHON=python{oldest})"
    )
