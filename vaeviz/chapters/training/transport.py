"""Where a run stands, in words and in what its owner may do now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vaeviz.chapters.training.plan import DECLARED
from vaeviz.runs.folder.progress import Progress

_GOING = ("start", "pause", "rewind", "stop", "speed")
_RESTING = ("start", "play", "step", "rewind", "stop", "speed")
STATES = {  # words, and what can be done
    "none": ("Ready", ("start",)),
    "queued": ("In the queue", ("start", "stop")),
    "starting": ("Starting", _GOING),
    "running": ("Training", _GOING),
    "paused": ("Paused", _RESTING),
    "parked": ("Parked: press play to go on", _RESTING),
    "interrupted": ("Interrupted: press play to go on", _RESTING),
    "stopped": ("Stopped", ("start", "play", "rewind", "keep")),
    "cancelled": ("Taken out of the queue", ("start", "play", "rewind")),
    "failed": ("Failed", ("start", "play", "rewind")),
    "done": ("Done", ("start", "rewind", "keep")),
}
_SPEEDS = [[speed, title] for speed, title in DECLARED["speed"].titles.items()]
QUICK, RESTING, OVER = 150, 400, 3000  # ms until the page asks again


@dataclass(frozen=True)
class Standing:
    """A run as the page sees it; `progress` is None before there is one."""

    progress: Progress | None
    owner: bool
    place: int | None
    speed: str
    name: str = ""

    @property
    def state(self) -> str:
        return self.progress.state if self.progress else "none"

    @property
    def going(self) -> bool:
        return self.progress is not None and self.progress.going

    @property
    def coming(self) -> bool:
        """Whether its first frame is on its way."""
        return self.state in ("queued", "starting")


def transport(standing: Standing, pace: float, seconds_left: float) -> dict[str, Any]:
    """The page's transport: state, words, what can be done, steps done and to come."""
    p = standing.progress or Progress()
    playing = standing.state == "running"
    return {
        "state": standing.state,
        "text": _text(standing),
        "can": list(STATES[standing.state][1]),
        "step": p.step,
        "steps": p.steps,
        "pace": (pace or p.rate_of_steps) if playing else 0,
        "left": seconds_left if playing else 0,
        "place": standing.place,
        "owner": standing.owner,
        "speed": standing.speed,
        "speeds": _SPEEDS,
        "name": standing.name,
    }


def wait(standing: Standing, watchers: int) -> int | None:
    """Milliseconds until the page asks again; longer where many watch, so that nobody else has to
    wait.
    """
    if standing.progress is None:
        return None
    share = 25 * watchers
    if standing.state == "running":
        return max(QUICK, share)
    return max(RESTING if standing.going else OVER, share)


def _text(standing: Standing) -> str:
    if standing.state == "queued" and standing.place:
        others = standing.place - 1
        return "Next in the queue" if not others else f"In the queue behind {others}"
    return STATES[standing.state][0]
