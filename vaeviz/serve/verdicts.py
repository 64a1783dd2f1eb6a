"""The newest diagnosis of every live run that a page shows: one thread for all, part of one core.

After each diagnosis the thread rests for ten times as long as that took, so that at most a tenth of
one core goes into verdicts, however many watch; after a run's first one, which also loads what the
later ones need, for as long as it took. The run that has waited longest comes next.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from vaeviz.config import UserError
from vaeviz.runs.folder.progress import MODEL, SNAPSHOTS
from vaeviz.serve.live_choice import LiveModel
from vaeviz.serve.live_models import Checked, examine
from vaeviz.serve.probes import Probe

REST, FIRST = 10.0, 1.0  # times the last diagnosis' own time; after a run's first
LATELY = 5.0  # seconds for which a question waits for its turn
KEPT = 32  # runs remembered
NO_SNAPSHOT = "The run has no snapshot yet: one comes within seconds of its start"
LEVELS = {"collapsed": "alarm", "partly collapsed": "warning", "not trained yet": "warning"}
_LOG = logging.getLogger(__name__)

Examine = Callable[[Path, Probe], tuple[Checked, ...]]


@dataclass(frozen=True, eq=False)
class Seen:
    """What is known of a run: its models at the newest step that was diagnosed, () before the
    first.

    `fresh`: there is no newer snapshot; `note` says what is in the way.
    """

    models: tuple[Checked, ...] = ()
    fresh: bool = False
    note: str = ""

    def of(self, live: LiveModel) -> Checked | None:
        """This one of the run's models, if it has been looked at."""
        return self.models[live.index] if len(self.models) > live.index else None


@dataclass(eq=False)
class _Wish:
    """A run that somebody asked about at a time: the snapshot then, and the one diagnosed last, and
    when.
    """

    probe: Probe
    stamp: Hashable = ()
    asked: float = -math.inf
    done: Hashable = ()
    at: float = -math.inf
    seen: Seen = field(default_factory=Seen)


class Verdicts:
    """Diagnoses in the background. Thread-safe; no question waits."""

    def __init__(self, job: Examine = examine, clock: Callable[[], float] = time.monotonic) -> None:
        self._job, self._clock = job, clock
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="vaeviz-verdicts")
        self._wishes: OrderedDict[Path, _Wish] = OrderedDict()
        self._lock, self._busy, self._free = threading.Lock(), False, -math.inf

    def newest(self, folder: Path, probe: Probe) -> Seen:
        """The newest diagnosis that there is; a newer one is begun when its turn has come."""
        stamp = _stamp(folder)
        with self._lock:
            wish = self._wishes.setdefault(folder, _Wish(probe))
            self._wishes.move_to_end(folder)
            wish.probe, wish.stamp, wish.asked = probe, stamp, self._clock()
            if not stamp:  # not begun, or rewound: what was known is of a life before
                wish.seen, wish.done = Seen(note=NO_SNAPSHOT), ()
            self._begin()
            while len(self._wishes) > KEPT:
                self._wishes.popitem(last=False)
            return Seen(wish.seen.models, wish.done == stamp, wish.seen.note)

    def _begin(self) -> None:
        now = self._clock()
        if self._busy or now < self._free:
            return
        due = [
            (wish.at, folder)
            for folder, wish in self._wishes.items()
            if wish.stamp not in ((), wish.done) and now - wish.asked < LATELY
        ]
        if due:
            folder = min(due)[1]
            self._busy = True
            self._pool.submit(self._work, folder, self._wishes[folder], self._wishes[folder].stamp)

    def _work(self, folder: Path, wish: _Wish, stamp: Hashable) -> None:
        began = self._clock()
        models, note = self._examined(folder, wish.probe)
        with self._lock:
            now = self._clock()
            rest = FIRST if wish.at == -math.inf else REST
            self._busy, self._free, wish.at = False, now + rest * (now - began), now
            if wish.stamp:  # else the run was rewound meanwhile
                kept = (
                    models or wish.seen.models
                )  # one that can't be read leaves the verdict before it
                wish.seen, wish.done = Seen(kept, note=note), stamp

    def _examined(self, folder: Path, probe: Probe) -> tuple[tuple[Checked, ...], str]:
        try:
            return self._job(folder, probe), ""
        except UserError as error:
            return (), str(error)
        except Exception as error:  # the other runs' verdicts go on
            _LOG.exception("No diagnosis of %s", folder.name)
            return (), f"the diagnosis failed ({type(error).__name__})"


def _stamp(folder: Path) -> Hashable:
    """What changes with every snapshot, and with the checkpoint at the end; () without a
    snapshot.
    """
    found = {path.name: _changed(path) for path in folder.glob(SNAPSHOTS)}
    return (*sorted(found.items()), _changed(folder / f"{MODEL}.json")) if found else ()


def _changed(path: Path) -> tuple[int, int]:
    try:
        about = path.stat()
    except OSError:
        return 0, 0
    return about.st_mtime_ns, about.st_ino


VERDICTS = Verdicts()
