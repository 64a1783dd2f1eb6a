"""What sessions share of lectures: the files, those that were uploaded, and the desks.

A desk is a lecture that is given to an audience: the projected window and the lecturer's own share
it by a short key. All of it is held in memory, and the oldest goes where there is too much.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from cachetools import LRUCache

from vaeviz.checkpoints import store
from vaeviz.config import UserError
from vaeviz.learning import lecture
from vaeviz.learning.lecture import NAME, SHIPPED, Lecture

DESKS = 64
UPLOADS = 32
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another
KEY = 8  # letters
OWN = store.RUNS.parent / "lectures"  # a lecturer's own files
_ORDER = ("newcomers", "collapse", "vaes")  # of the shipped ones
Check = Callable[[Lecture], None]


@dataclass
class Desk:
    """A lecture before an audience: where it is and began, and whether the screen is blank or
    frozen.
    """

    key: str
    lecture: Lecture
    step: int = 0
    first: int = 0
    blank: bool = False
    frozen: bool = False
    began: float = field(default_factory=time.time)
    stepped: float = field(default_factory=time.time)

    def go(self, step: int) -> None:
        """To this step, or to the nearest that there is."""
        self.step = min(max(step, 0), len(self.lecture.steps) - 1)
        self.stepped = time.time()


_LOCK = threading.Lock()
_desks: LRUCache[str, Desk] = LRUCache(DESKS)
_uploads: LRUCache[str, Lecture] = LRUCache(UPLOADS)


def desk(key: str) -> Desk | None:
    """The desk of this key, if the server still has it."""
    with _LOCK:
        return _desks.get(key)


def new_desk(given: Lecture, step: int) -> Desk:
    """A desk under a key of its own."""
    key = "".join(secrets.choice(LETTERS) for _ in range(KEY))
    made = Desk(key, given, step, step)
    with _LOCK:
        _desks[key] = made
    return made


def names() -> list[str]:
    """The shipped lectures, then the lecturer's own."""
    own = sorted(path.stem for path in OWN.glob("*.toml")) if OWN.is_dir() else []
    return [*_ORDER, *(name for name in own if name not in _ORDER)][:UPLOADS]


def find(name: str, check: Check) -> Lecture:
    """The lecture of this name; a lecturer's own must pass the check. UserError, one line."""
    if name in _ORDER:
        return lecture.open_file(SHIPPED / f"{name}.toml")
    with _LOCK:
        uploaded = _uploads.get(name)
    if uploaded is not None:
        return uploaded
    path = OWN / f"{name}.toml"
    if not NAME.fullmatch(name) or not path.is_file():
        raise UserError(
            f"there is no lecture {name[:40]!r}: choose one of the list, or load its file again"
        )
    found = lecture.open_file(path)
    check(found)
    return found


def upload(text: str, check: Check) -> Lecture:
    """Takes a lecturer's file; its name is made of its contents. UserError, one line."""
    name = "own-" + hashlib.sha256(text.encode(errors="replace")).hexdigest()[:12]
    found = lecture.read(text, name)
    check(found)
    with _LOCK:
        _uploads[name] = found
    return found


def listed(check: Check) -> list[tuple[str, Lecture | str]]:
    """Every lecture by its name, or why it can't be opened."""
    found: list[tuple[str, Lecture | str]] = []
    for name in names():
        try:
            found.append((name, find(name, check)))
        except UserError as error:
            found.append((name, str(error)))
    return found
